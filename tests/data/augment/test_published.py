"""The recipe `published`: its squares, its light, and photographs of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featherface_edge.data.augment.light import relit
from featherface_edge.data.augment.published import SHARES, Published
from featherface_edge.data.types import Faces, Photograph
from tests.data.augment.blobs import NO_BOXES, NO_MARKS, PlainPublished
from tests.pictures import plain

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.data.types import Crop
    from featherface_edge.detection.types import FloatArray

PAD = (123, 117, 104)


def photograph(folder: Path, width: int, height: int, boxes: FloatArray) -> Photograph:
    """A picture whose red and green tell the place: x and y in 250 steps each."""
    frame = np.zeros((height, width, 3), np.uint8)
    frame[..., 0] = np.arange(width) * 250 // width
    frame[..., 1] = (np.arange(height) * 250 // height)[:, None]
    file = folder / f"{width}x{height}.png"
    cv2.imwrite(str(file), np.ascontiguousarray(frame[..., ::-1]))
    marks = np.full((len(boxes), 5, 2), np.nan, np.float32)
    return Photograph(file, Faces(boxes, marks, NO_BOXES), 1.0)


def box(*corners: float) -> FloatArray:
    return np.array(corners, np.float32).reshape(-1, 4)


def crops(item: Photograph, count: int, side: int = 64) -> list[Crop]:
    recipe = PlainPublished(PAD)
    return [recipe.crop(np.random.default_rng(seed), item, side) for seed in range(count)]


def test_squares_have_one_of_five_sides(tmp_path: Path) -> None:
    """The ramp of the picture tells how wide the square was."""
    item = photograph(tmp_path, 500, 400, NO_BOXES)
    spans: list[float] = []
    for crop in crops(item, 200):
        red = crop.canvas[..., 0].astype(float)
        spans.append((red.max() - red.min()) / 250 * 500 / 400)
    nearest = [min(SHARES, key=lambda share: abs(share - span)) for span in spans]
    assert np.abs(np.array(nearest) - spans).max() < 0.05
    assert all(20 <= nearest.count(share) <= 65 for share in SHARES)


def test_every_square_holds_a_whole_face(tmp_path: Path) -> None:
    item = photograph(tmp_path, 500, 400, box(50, 50, 150, 170, 300, 200, 480, 390))
    whole = 0
    for crop in crops(item, 100):
        sizes = crop.faces.boxes[:, 2:] - crop.faces.boxes[:, :2]
        ratios = sizes[:, 1] / sizes[:, 0]
        whole += bool((np.abs(ratios - [[120 / 100], [190 / 180]]) < 0.01).any())
        assert len(sizes)
    assert whole == 100


def test_faces_of_which_the_centre_is_cut_off_are_ignored(tmp_path: Path) -> None:
    item = photograph(tmp_path, 500, 400, box(50, 50, 150, 170, 300, 200, 480, 390))
    found = crops(item, 100)
    for crop in found:
        every = np.concatenate((crop.faces.boxes, crop.faces.ignored))
        assert (every >= 0).all()
        assert (every <= 64).all()
        assert ((every[:, 2:] - every[:, :2]) > 0).all()
    assert any(len(crop.faces.ignored) for crop in found)
    assert any(len(crop.faces.boxes) == 2 for crop in found)


@pytest.mark.parametrize(("width", "height"), [(400, 200), (200, 400)], ids=["wide", "tall"])
def test_a_photograph_without_such_a_square_stands_on_the_padding(
    width: int, height: int, tmp_path: Path
) -> None:
    """The face is as long as the photograph, longer than any square."""
    face = box(10, 10, width - 10, height - 10)
    for crop in crops(photograph(tmp_path, width, height, face), 10):
        padded = (crop.canvas == PAD).all(axis=2)
        assert padded.mean() == pytest.approx(0.5, abs=0.02)
        if width > height:
            assert padded[33:].all()
            scale = 64 / width
            assert crop.faces.boxes[0].tolist() == pytest.approx(
                (face[0] * scale).tolist(), abs=1e-3
            )
        else:
            assert padded[:, :31].all() or padded[:, 33:].all()


def test_landmarks_are_clipped_to_the_square(tmp_path: Path) -> None:
    item = photograph(tmp_path, 300, 300, box(100, 100, 200, 200))
    marks = np.array([[[20, 20], [290, 20], [150, 150], [20, 290], [290, 290]]], np.float32)
    faces = Faces(item.faces.boxes, marks, NO_BOXES)
    for crop in crops(Photograph(item.file, faces, 1.0), 20):
        assert (crop.faces.landmarks >= 0).all()
        assert (crop.faces.landmarks <= 64).all()


ODD = {
    "20 by 20": (20, 20, box(4, 4, 16, 18)),
    "one pixel": (1, 1, NO_BOXES),
    "a line": (3000, 3, box(10, 0, 14, 3)),
    "a pole": (2, 2000, box(0, 100, 2, 104)),
    "huge": (4200, 3100, box(100, 100, 130, 140, 3000, 2000, 4100, 3090)),
    "labels outside": (100, 80, box(-30, -20, 20, 30, 90, 70, 150, 140, 300, 300, 320, 330)),
    "labels without area": (100, 80, box(10, 10, 10, 30, 50, 40, 40, 50)),
    "labels that are no numbers": (100, 80, box(np.nan, 0, 10, 10, 20, 20, 60, 60)),
    "nobody": (100, 80, NO_BOXES),
}


@pytest.fixture(name="odd", scope="module")
def _odd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Photograph]:
    folder = tmp_path_factory.mktemp("odd")
    return {name: photograph(folder, *parts) for name, parts in ODD.items()}


@pytest.mark.parametrize("name", ODD)
@settings(max_examples=8)
@given(seed=st.integers(0, 999), side=st.sampled_from([32, 96, 320]))
def test_odd_photographs_give_sound_crops(
    name: str, odd: dict[str, Photograph], seed: int, side: int
) -> None:
    crop = Published(PAD).crop(np.random.default_rng(seed), odd[name], side)
    assert crop.canvas.shape == (side, side, 3)
    assert crop.canvas.dtype == np.uint8
    assert crop.canvas.flags.c_contiguous
    for boxes in (crop.faces.boxes, crop.faces.ignored):
        assert boxes.dtype == np.float32
        assert np.isfinite(boxes).all()
        assert (boxes >= 0).all()
        assert (boxes <= side).all()
        assert ((boxes[:, 2:] - boxes[:, :2]) > 0).all()
    assert crop.faces.landmarks.shape == (len(crop.faces.boxes), 5, 2)


def test_ignored_regions_alone_ask_for_no_face(tmp_path: Path) -> None:
    item = photograph(tmp_path, 200, 200, NO_BOXES)
    faces = Faces(NO_BOXES, NO_MARKS, box(50, 50, 150, 150))
    found = crops(Photograph(item.file, faces, 1.0), 20)
    assert all(not len(crop.faces.boxes) for crop in found)
    assert not any((crop.canvas == PAD).all(axis=2).any() for crop in found)


def lights(colour: tuple[int, int, int], count: int = 300) -> list[list[int]]:
    frame = plain(2, 2, colour)
    return [relit(np.random.default_rng(seed), frame)[0, 0].tolist() for seed in range(count)]


def test_light_changes_within_the_published_ranges() -> None:
    """Mid grey at most 1.5 * (100 + 32), at least 0.5 * (100 - 32)."""
    greys = np.array(lights((100, 100, 100)))
    assert (greys.max(axis=1) - greys.min(axis=1) <= 1).all(), "grey has no hue"
    assert 34 <= greys.min() < 60
    assert 180 < greys.max() <= 198
    assert 0.15 < (greys[:, 0] == 100).mean() < 0.35, "each change has chance 1/2"


def test_hue_and_saturation_change() -> None:
    hsv = [
        cv2.cvtColor(np.array([[colour]], np.uint8), cv2.COLOR_RGB2HSV)[0, 0].astype(int)
        for colour in lights((160, 80, 80))
    ]
    hues = np.array([(item[0] + 90) % 180 - 90 for item in hsv])
    assert np.abs(hues).max() in range(16, 20)
    assert (np.abs(hues) <= 1).mean() > 0.4
    saturations = np.array([item[1] for item in hsv])
    assert saturations.min() < 80
    assert saturations.max() > 170


class Scripted(np.random.Generator):
    """Coins that fall as told, the highest of every range, no steps."""

    def __init__(self, coins: list[float]) -> None:
        super().__init__(np.random.PCG64(0))
        self.coins = coins

    def random(self, *_: object, **__: object) -> float:  # type: ignore[override]
        return self.coins.pop(0)

    def uniform(self, low: float, high: float, *_: object) -> float:  # type: ignore[override]
        del low
        return high

    def integers(self, *_: object, **__: object) -> int:  # type: ignore[override]
        return 0


@pytest.mark.parametrize(
    ("late", "wanted"), [(1.0, (255, 210, 98)), (0.0, (255, 187, 75))], ids=["before", "after"]
)
def test_contrast_comes_before_or_after_the_colours(
    late: float, wanted: tuple[int, int, int]
) -> None:
    """Contrast and saturation times 1.5, by hand: before, 200 * 1.5 stops at 255 first."""
    random = Scripted([0.0, 0.0, late])
    pixel = relit(random, plain(1, 1, (200, 150, 100)))[0, 0]
    assert pixel.tolist() == pytest.approx(wanted, abs=3)


def test_the_frame_itself_stays() -> None:
    frame = plain(4, 4)
    before = frame.copy()
    for seed in range(20):
        relit(np.random.default_rng(seed), frame)
    assert np.array_equal(frame, before)
