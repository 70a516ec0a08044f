from __future__ import annotations

import pytest

from featherface_runtime.track import TrackOptions
from tests.runtime.track import golden
from tests.runtime.track.scenes import followed, marks, walking

# scipy, which the marks are counted with, comes with the extra.
pytestmark = pytest.mark.torch


def test_identities_are_those_of_the_reference() -> None:
    faces, truths, answers = golden.read()
    ours = followed(faces, TrackOptions())
    same = marks(answers, ours)
    assert same.idf1 > 0.99
    reference, own = marks(truths, answers), marks(truths, ours)
    assert own.idf1 > reference.idf1 - 0.005
    assert own.switches <= reference.switches + 1
    assert own.f1 > reference.f1 - 0.005


def test_marks_fall_when_identities_are_mixed_up() -> None:
    _, truths, answers = golden.read()
    mixed = [((ids + index // 20) % 4, boxes) for index, (ids, boxes) in enumerate(answers)]
    assert marks(truths, mixed).idf1 < 0.6
    assert marks(truths, mixed).switches > 10
    assert marks(truths, truths).idf1 == 1


def test_every_third_frame_is_enough_for_people_who_walk() -> None:
    scene = walking(6, 120, seed=4, speed=2)
    every, third = (marks(scene.truths, followed(scene.faces, TrackOptions(), n)) for n in (1, 3))
    assert every.idf1 > 0.9
    assert third.idf1 > every.idf1 - 0.03
    assert third.f1 > every.f1 - 0.03
