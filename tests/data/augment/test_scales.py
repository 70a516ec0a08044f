"""The recipe `scales` gives the crops that edge's weights were trained on, byte for byte."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import cv2
import numpy as np
import pytest

from featherface_edge.data.augment import Sampler
from featherface_edge.data.augment.scales import long_sides
from featherface_edge.data.config import AugmentConfig
from featherface_edge.data.types import Faces, Photograph
from tests.data.augment.textures import fingerprint, textured

GREY = (128, 128, 128)
GOLDEN = json.loads((Path(__file__).parent / "scales.json").read_text(encoding="utf-8"))
SQUARE = np.array([[60, 40, 90, 70]], np.float32)
CORNERS = np.array([[[65, 45], [85, 45], [75, 55], [67, 65], [83, 65]]], np.float32)
NOTHING = np.zeros((0, 4), np.float32)


def sampler(photographs: list[Photograph], seed: int = 3, **config: object) -> Sampler:
    augment = AugmentConfig(**{"recipe": "scales", **config})  # type: ignore[arg-type]
    return Sampler(photographs, augment, seed=seed, pad=GREY)


@pytest.mark.skipif(
    (cv2.__version__, platform.machine()) != (GOLDEN["opencv"], GOLDEN["machine"]),
    reason="other builds of OpenCV round differently",
)
def test_crops_are_those_of_the_first_release(tmp_path: Path) -> None:
    source = sampler(textured(tmp_path), GOLDEN["seed"])
    for side, hashes in GOLDEN["crops"].items():
        found = [fingerprint(source.sample(index, int(side))) for index in range(len(hashes))]
        assert found == hashes, f"side {side}"


def test_crops_look_like_those_of_the_first_release(tmp_path: Path) -> None:
    """For every build of OpenCV: the same place and light, to a grey level."""
    source = sampler(textured(tmp_path), GOLDEN["seed"])
    for side, wanted in GOLDEN["looks"].items():
        for index, look in enumerate(wanted):
            crop = source.sample(index, int(side))
            small = cv2.resize(crop.canvas, (4, 4), interpolation=cv2.INTER_AREA)
            assert small.ravel().tolist() == pytest.approx(look["canvas"], abs=1.5)
            assert crop.faces.boxes.ravel().tolist() == pytest.approx(look["boxes"], abs=0.01)


@pytest.mark.parametrize(
    ("side", "wanted"),
    [(96, (320, 1152)), (320, (320, 1152)), (416, (320, 1152)), (640, (480, 1152))],
)
def test_large_crops_are_never_mostly_padding(side: int, wanted: tuple[int, int]) -> None:
    assert long_sides((320, 1152), side) == wanted


def test_sides_beyond_the_largest_photograph_have_one_scale() -> None:
    assert long_sides((320, 1152), 2048) == (1536, 1536)


@pytest.fixture(name="square")
def _square(tmp_path: Path) -> list[Photograph]:
    """One picture: a white square on black; the square is the face."""
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[40:70, 60:90] = 255
    cv2.imwrite(str(tmp_path / "square.png"), picture)
    return [Photograph(tmp_path / "square.png", Faces(SQUARE, CORNERS, NOTHING), 1.0)]


def test_small_photographs_lie_on_the_padding(square: list[Photograph]) -> None:
    canvas = sampler(square, long_side=(64, 65), aim=0.0).sample(0, 320).canvas
    corners = canvas[[0, -1, 0], [0, -1, -1]].astype(int)
    assert (corners == corners[0]).all(), "one colour, in changed light"
    assert np.abs(corners - 128).max() < 60


def test_faces_outside_the_crop_are_not_taught(square: list[Photograph]) -> None:
    source = sampler(square, long_side=(320, 321), aim=0.0)
    crops = [source.sample(index, 32) for index in range(40)]
    for crop in crops:
        centres = (crop.faces.boxes[:, :2] + crop.faces.boxes[:, 2:]) / 2
        assert ((centres > 0) & (centres < 32)).all()
    assert any(len(crop.faces.ignored) for crop in crops)
    assert any(not len(crop.faces.boxes) for crop in crops)


def test_aimed_crops_hold_faces(square: list[Photograph]) -> None:
    aimed, blind = (
        sum(
            len(sampler(square, long_side=(900, 901), aim=aim).sample(index, 96).faces.boxes)
            for index in range(40)
        )
        for aim in (1.0, 0.0)
    )
    assert aimed == 40
    assert blind < 20


def test_one_crop_in_ten_is_grey(tmp_path: Path) -> None:
    source = sampler(textured(tmp_path))
    colourless = 0
    for index in range(200):
        canvas = source.sample(index, 32).canvas.astype(float)
        red, blue = canvas[..., 0].ravel(), canvas[..., 2].ravel()
        colourless += bool(red.std() > 5 and np.corrcoef(red, blue)[0, 1] > 0.99)
    assert 8 <= colourless <= 35
