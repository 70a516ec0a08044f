from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from featherface_calibration import demo_photo, shipped_proof
from featherface_calibration.probe_model import Probe
from featherface_edge.detection import Frame, letterbox
from featherface_edge.errors import ImageError
from featherface_edge.images import read_image


@pytest.fixture(scope="module")
def probe() -> Probe:
    return Probe()


@pytest.fixture(scope="module")
def canvas(probe: Probe) -> Frame:
    return letterbox(read_image(demo_photo()), probe.spec.preprocessing)[0]


def test_probe_finds_the_one_face(probe: Probe, canvas: Frame) -> None:
    faces = probe.look(canvas).faces
    assert len(faces.scores) == 1
    left, top, right, bottom = faces.boxes[0].tolist()
    assert 110 < left < right < 190
    assert 30 < top < bottom < 150


def test_every_channel_is_told_once(probe: Probe, canvas: Frame) -> None:
    seen = probe.look(canvas)
    assert [each.begin for each in probe.tensors] == [0, *(each.end for each in probe.tensors)][:-1]
    assert seen.highs.shape == seen.means.shape == (probe.tensors[-1].end,)
    assert seen.limits.shape == (9, 2)
    assert (seen.highs >= seen.means).all()
    assert (seen.means >= 0).all()


def test_other_sizes_may_follow_each_other(probe: Probe, canvas: Frame) -> None:
    first = probe.look(canvas)
    wide = replace(probe.spec.preprocessing, width=640, height=480)
    other = probe.look(letterbox(read_image(demo_photo()), wide)[0])
    assert len(other.faces.scores) == 1
    assert np.array_equal(first.highs, probe.look(canvas).highs)


def test_sides_must_fit(probe: Probe) -> None:
    with pytest.raises(ImageError, match="300x320 pixels, wanted multiples of 32"):
        probe.look(np.zeros((320, 300, 3), np.uint8))


def test_embedding_tells_more_than_noise(probe: Probe) -> None:
    canvases = [letterbox(frame, probe.spec.preprocessing)[0] for frame in shipped_proof().frames()]
    plain = np.stack([probe.look(each).embedding for each in canvases])
    brighter = np.stack(
        [probe.look(np.minimum(each, 250) + np.uint8(5)).embedding for each in canvases]
    )
    apart = np.linalg.norm(plain[:, None] - plain[None], axis=2)[np.triu_indices(len(plain), 1)]
    assert np.linalg.norm(plain - brighter, axis=1).max() < apart.min()
    assert plain.shape == (12, 32)
