"""Mosaic, small faces, MixUp and CutMix: what they keep, drop and ignore."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherface_edge.data.augment.album import Album
from featherface_edge.data.augment.mixing import FAINT, cutmix, mixup
from featherface_edge.data.augment.mosaic import mosaic
from featherface_edge.data.augment.recipes import Source
from featherface_edge.data.augment.small_faces import small_faces
from featherface_edge.data.types import Crop, Faces, Photograph
from tests.data.augment.blobs import NO_BOXES, NO_MARKS, PLAIN
from tests.pictures import plain, write_photograph

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection.types import FloatArray

seeds = st.integers(0, 2**32 - 1)
SIDE = 100


def crop(colour: tuple[int, int, int], boxes: FloatArray, ignored: FloatArray = NO_BOXES) -> Crop:
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    marks = np.repeat(centres[:, None] + np.float32(0.3), 5, axis=1).astype(np.float32)
    return Crop(plain(SIDE, SIDE, colour), Faces(boxes, marks, ignored))


def grid() -> FloatArray:
    """25 faces of 16 pixels on a grid of 20."""
    corners = np.stack(np.meshgrid(*[np.arange(5) * 20 + 2] * 2), axis=-1).reshape(-1, 2)
    return np.concatenate((corners, corners + 16), axis=1).astype(np.float32)


def share(boxes: FloatArray, mask: np.ndarray) -> list[float]:
    """The share of each box in which the mask holds."""
    parts = [mask[y1:y2, x1:x2].mean() for x1, y1, x2, y2 in boxes.astype(int).tolist()]
    return [float(part) for part in parts]


@given(seed=seeds)
def test_cutmix_covers_drops_and_ignores(seed: int) -> None:
    base, other = crop((200, 0, 0), grid(), grid()[:3]), crop((0, 200, 0), NO_BOXES)
    found = cutmix(np.random.default_rng(seed), base, other)
    green = found.canvas[..., 1] == 200
    assert ((found.canvas[..., 0] == 200) ^ green).all()
    covered = np.array(share(grid(), green))
    assert found.faces.boxes.tolist() == grid()[covered < 0.5].tolist()
    mostly = grid()[(covered >= 0.5) & (covered < 0.95)]
    kept = grid()[:3][covered[:3] < 0.95]
    assert sorted(found.faces.ignored.tolist()) == sorted([*mostly.tolist(), *kept.tolist()])


@given(seed=seeds)
def test_cutmix_hides_landmarks_and_pastes_faces(seed: int) -> None:
    base, other = crop((200, 0, 0), grid()), crop((0, 200, 0), grid() + 0.5)
    found = cutmix(np.random.default_rng(seed), base, other)
    green = found.canvas[..., 1] == 200
    assert np.array_equal(base.canvas, plain(SIDE, SIDE, (200, 0, 0))), "the base crop stays"
    for marks, box in zip(found.faces.landmarks, found.faces.boxes, strict=True):
        pasted = not np.any((grid() == box).all(axis=1))
        for x, y in marks.tolist():
            if np.isfinite(x):
                assert bool(green[int(y), int(x)]) == pasted
    for x1, y1, x2, y2 in found.faces.boxes.tolist():
        if not np.any((grid() == (x1, y1, x2, y2)).all(axis=1)):
            inside = green[int(np.ceil(y1)) : int(y2), int(np.ceil(x1)) : int(x2)]
            assert inside.all(), "pasted faces are clipped to the rectangle"


def test_cutmix_hides_a_landmark_of_a_face_that_stays() -> None:
    marks = np.array([[[10, 10], [50, 10], [30, 50], [10, 90], [90, 90]]], np.float32) + 0.5
    faces = Faces(np.array([[0, 0, 100, 100]], np.float32), marks, NO_BOXES)
    base, other = Crop(plain(SIDE, SIDE), faces), crop((0, 0, 0), NO_BOXES)
    partly = 0
    for seed in range(100):
        found = cutmix(np.random.default_rng(seed), base, other)
        black = (found.canvas == 0).all(axis=2)
        for points in found.faces.landmarks:
            unknown = np.isnan(points[:, 0])
            wanted = [black[int(y), int(x)] for x, y in marks[0].tolist()]
            assert unknown.tolist() == wanted
            partly += bool(unknown.any())
    assert partly > 10


@given(seed=seeds)
def test_mixup_ignores_the_faces_of_a_faint_picture(seed: int) -> None:
    first = crop((200, 0, 0), grid()[:3], grid()[3:4])
    second = crop((0, 200, 0), grid()[10:15])
    found = mixup(np.random.default_rng(seed), first, second)
    red, green, _ = found.canvas[0, 0] / 200
    assert red + green == pytest.approx(1, abs=0.01)
    taught = [item for item, part in ((3, red), (5, green)) if part >= FAINT + 0.003]
    ignored = [item for item, part in ((3, red), (5, green)) if part < FAINT - 0.003]
    assert len(found.faces.boxes) >= sum(taught)
    assert len(found.faces.ignored) >= 1 + sum(ignored)
    assert len(found.faces.boxes) + len(found.faces.ignored) == 9
    assert len(found.faces.landmarks) == len(found.faces.boxes)


def test_mixup_does_both() -> None:
    first, second = crop((200, 0, 0), grid()[:3]), crop((0, 200, 0), grid()[10:15])
    counts = {
        len(mixup(np.random.default_rng(seed), first, second).faces.boxes) for seed in range(100)
    }
    assert counts == {3, 5, 8}


@pytest.fixture(name="album")
def _album(tmp_path: Path) -> Album:
    """Pictures of one colour each, all different, one face in each."""
    face, marks = np.array([[20, 30, 60, 90]], np.float32), np.full((1, 5, 2), np.nan, np.float32)
    colours = [(250, 10, 10), (10, 250, 10), (10, 10, 250), (250, 250, 10), (10, 250, 250)]
    return Album(
        [
            Photograph(
                write_photograph(tmp_path / f"{number}.png", plain(90, 130, colour)),
                Faces(face, marks, NO_BOXES),
                1.0,
            )
            for number, colour in enumerate(colours)
        ]
    )


@pytest.mark.parametrize("side", [32, 97, 320])
def test_a_mosaic_is_four_rectangles(album: Album, side: int) -> None:
    for seed in range(20):
        source = Source(album, PLAIN["published"])
        canvas = mosaic(np.random.default_rng(seed), source, side).canvas
        colours = canvas.max(axis=2) > 0
        assert colours.all(), "nothing stays empty"
        middle = side // 2
        row, column = canvas[1].astype(int), canvas[:, 1].astype(int)
        for line in (row, column):
            changes = np.flatnonzero(np.abs(np.diff(line, axis=0)).sum(axis=1) > 100)
            assert len(changes) <= 1
            assert (np.abs(changes + 1 - middle) <= 0.2 * side + 1).all()


def test_a_chosen_face_becomes_small(tmp_path: Path) -> None:
    """Photographs of one face, which is large and small and in between."""
    source_sizes = (20.0, 60.0, 150.0, 400.0)
    sizes: list[float] = []
    for size in source_sizes:
        name = f"{size}"
        boxes = np.array([[30, 30, 30 + size, 30 + size]], np.float32)
        faces = Faces(boxes, np.full((1, 5, 2), np.nan, np.float32), NO_BOXES)
        file = write_photograph(tmp_path / f"{name}.png", plain(500, 460))
        source = Source(Album([Photograph(file, faces, 1.0)]), PLAIN["scales"])
        for seed in range(15):
            found = small_faces(np.random.default_rng(seed), source, 320)
            areas = (found.faces.boxes[:, 2:] - found.faces.boxes[:, :2]).prod(axis=1)
            small = np.sqrt(areas[(areas >= 7.5**2) & (areas <= 24.5**2)])
            assert len(small) >= 1
            sizes.extend(small.tolist())
    assert min(sizes) < 9
    assert max(sizes) > 22


def test_small_photographs_and_small_faces_are_not_enlarged(tmp_path: Path) -> None:
    boxes = np.array([[3, 3, 8, 8]], np.float32)
    faces = Faces(boxes, np.full((1, 5, 2), np.nan, np.float32), NO_BOXES)
    file = write_photograph(tmp_path / "a.png", plain(40, 30))
    source = Source(Album([Photograph(file, faces, 1.0)]), PLAIN["scales"])
    found = small_faces(np.random.default_rng(0), source, 128)
    widths = (found.faces.boxes[:, 2] - found.faces.boxes[:, 0]).tolist()
    assert any(width == pytest.approx(5) for width in widths)


@pytest.mark.parametrize("option", [mosaic, small_faces])
def test_photographs_without_faces_can_be_mixed(option: object, tmp_path: Path) -> None:
    file = write_photograph(tmp_path / "a.png", plain(50, 40))
    item = Photograph(file, Faces(NO_BOXES, NO_MARKS, NO_BOXES), 1.0)
    assert callable(option)
    for recipe in PLAIN.values():
        found = option(np.random.default_rng(0), Source(Album([item]), recipe), 64)
        assert isinstance(found, Crop)
        assert not len(found.faces.boxes)


def test_small_faces_are_sought_where_faces_are(tmp_path: Path) -> None:
    marks, face = np.full((1, 5, 2), np.nan, np.float32), np.array([[10, 10, 40, 50]], np.float32)
    nobody = Faces(NO_BOXES, NO_MARKS, NO_BOXES)
    file = write_photograph(tmp_path / "a.png", plain(60, 60))
    somebody = Photograph(file, Faces(face, marks, NO_BOXES), 1e-9)
    source = Source(Album([Photograph(file, nobody, 1.0), somebody]), PLAIN["published"])
    found = small_faces(np.random.default_rng(0), source, 128)
    assert len(found.faces.boxes) == 3


@pytest.mark.parametrize("side", [64, 320])
def test_small_faces_leave_no_hole(tmp_path: Path, side: int) -> None:
    """White photographs, black padding that no square needs."""
    face = np.array([[100, 60, 140, 110]], np.float32)
    faces = Faces(face, np.full((1, 5, 2), np.nan, np.float32), NO_BOXES)
    file = write_photograph(tmp_path / "a.png", plain(300, 200, (255, 255, 255)))
    source = Source(Album([Photograph(file, faces, 1.0)]), PLAIN["published"])
    for seed in range(40):
        assert small_faces(np.random.default_rng(seed), source, side).canvas.min() > 250
