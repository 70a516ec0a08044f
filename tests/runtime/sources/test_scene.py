from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_runtime.detector import Detector
from featherface_runtime.sources import Scene, open_source
from featherface_runtime.sources.trial import Play, TrialSource
from featherface_runtime.zoo import Shipped
from tests.runtime.sources.clocks import Clock

if TYPE_CHECKING:
    from featherface_edge.detection import FloatArray


def overlap(one: FloatArray, other: FloatArray) -> float:
    """Give the intersection over union of two boxes."""
    sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    both = float(np.prod(np.maximum(sides, 0)))
    return both / (float(np.prod(one[2:] - one[:2]) + np.prod(other[2:] - other[:2])) - both)


@pytest.mark.parametrize("size", [(640, 480), (320, 180), (33, 17), (720, 1280)])
def test_a_frame_follows_from_its_number_alone(size: tuple[int, int]) -> None:
    forwards, backwards = Scene(size, faces=3, seed=5), Scene(size, faces=3, seed=5)
    frames = [forwards.picture(number) for number in range(20)]
    assert frames[0].shape == (size[1], size[0], 3)
    assert frames[0].dtype == np.uint8
    for number in (19, 7, 0):
        np.testing.assert_array_equal(backwards.picture(number), frames[number])
    assert any((one != two).any() for one, two in pairwise(frames))
    assert (Scene(size, 3, seed=6).picture(0) != frames[0]).any()


def test_faces_move_steadily_and_never_come_back() -> None:
    scene = Scene((640, 480), faces=4)
    seen: dict[int, list[int]] = {}
    boxes: dict[int, FloatArray] = {}
    for number in range(900):
        for walker in scene.walkers(number):
            before = boxes.get(walker.identity)
            assert before is None or overlap(before, walker.box) > 0.8
            assert (walker.landmarks.min(axis=0) > walker.box[:2]).all()
            assert (walker.landmarks.max(axis=0) < walker.box[2:]).all()
            boxes[walker.identity] = walker.box
            seen.setdefault(walker.identity, []).append(number)
    assert len(seen) > 8
    for numbers in seen.values():
        assert numbers == list(range(numbers[0], numbers[-1] + 1))


@pytest.mark.tflite
def test_the_detector_finds_the_faces_where_they_are() -> None:
    scene = Scene((640, 480), faces=1)
    with Detector(Shipped("edge", None, None), threads=1) as detector:
        for number in range(0, 300, 50):
            walkers = [
                each for each in scene.walkers(number) if 0 < each.box[0] < each.box[2] < 640
            ]
            found = detector.detect(scene.picture(number))
            for walker in walkers:
                assert max(overlap(box, walker.box) for box in found.boxes) > 0.6
                assert np.abs(found.landmarks[0] - walker.landmarks).max() < 15


def test_the_source_shows_the_scene_and_ends() -> None:
    source = open_source("test:?size=64x48&frames=3&seed=2&live=false")
    source.open()
    scene = Scene((64, 48), seed=2)
    for number in range(3):
        shot = source.read()
        assert shot is not None
        assert (shot.sequence, shot.source) == (number, "test")
        np.testing.assert_array_equal(shot.frame, scene.picture(number))
    assert source.read() is None


def test_a_live_scene_loses_what_is_not_taken_in_time() -> None:
    clock = Clock()
    source = TrialSource("test", Scene((32, 24)), Play(10.0, 0, live=True), clock.pace)
    source.open()
    first = source.read()
    clock.time = 0.72
    late = source.read()
    assert first is not None
    assert late is not None
    assert (first.sequence, late.sequence) == (0, 7)
    assert late.captured == pytest.approx(0.7)
    np.testing.assert_array_equal(late.frame, Scene((32, 24)).picture(7))
