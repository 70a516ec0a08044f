"""Canvases read on demand, within their memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_calibration import Canvases, shipped_proof
from featherface_calibration import canvases as module
from featherface_edge.detection import letterbox
from featherface_edge.images import read_image
from featherface_edge.spec import Preprocessing

if TYPE_CHECKING:
    from featherface_edge.detection import Frame
    from featherface_edge.images import PhotographFile

SIZE = Preprocessing(64, 32, "rgb", (128.0, 128.0, 128.0), 1.0, (128, 128, 128))
FILES = shipped_proof().files[:4]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[PhotographFile]:
    seen: list[PhotographFile] = []

    def read(path: PhotographFile) -> Frame:
        seen.append(path)
        return read_image(path)

    monkeypatch.setattr(module, "read_image", read)
    return seen


def test_they_are_the_runtimes_letterbox(reads: list[PhotographFile]) -> None:
    canvases = Canvases(FILES, SIZE)
    assert len(canvases) == 4
    assert reads == []
    for file, canvas in zip(FILES, canvases, strict=True):
        wanted, _ = letterbox(read_image(file), SIZE)
        assert np.array_equal(canvas, wanted)
    assert np.array_equal(canvases[-1], canvases[3])
    assert canvases.placement(2) == letterbox(read_image(FILES[2]), SIZE)[1]


def test_what_does_not_fit_into_memory_is_read_again(reads: list[PhotographFile]) -> None:
    canvases = Canvases(FILES, SIZE, kept_bytes=2 * 64 * 32 * 3)
    for _ in range(3):
        assert len(list(canvases)) == 4
    assert [reads.count(file) for file in FILES] == [1, 1, 3, 3]


def test_a_photograph_is_read_once_for_canvas_and_placement(reads: list[PhotographFile]) -> None:
    canvases = Canvases(FILES, SIZE, kept_bytes=0)
    list(canvases)
    wanted = [letterbox(read_image(file), SIZE)[1] for file in FILES]
    assert [canvases.placement(index) for index in range(4)] == wanted
    assert canvases.placement(1) == wanted[1]
    assert [reads.count(file) for file in FILES] == [1, 1, 1, 1]
    fresh = Canvases(FILES, SIZE, kept_bytes=0)
    assert fresh.placement(0) == wanted[0]
    assert reads.count(FILES[0]) == 2


def test_slices_and_places_beyond_the_end() -> None:
    canvases = Canvases(FILES, SIZE)
    assert len(canvases[:3]) == 3
    assert len(canvases[::2]) == 2
    with pytest.raises(IndexError):
        canvases[4]
