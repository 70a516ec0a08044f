from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherface_runtime.live import Shot
from featherface_runtime.privacy import COVERS, Cover, Privacy, anonymise, covered

STRIPES = np.tile(np.arange(200, dtype=np.uint8)[None, :, None] % 2 * 255, (150, 1, 3))
FACE = np.array([[60, 40, 100, 90]], np.float32)


def contrast(frame: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    return float(np.abs(np.diff(frame.astype(int), axis=1)).mean())


@pytest.mark.parametrize("cover", COVERS)
def test_a_face_and_its_margin_are_gone_and_the_rest_stays(cover: Cover) -> None:
    before = STRIPES.copy()
    frame = covered(before, FACE, Privacy(cover, margin=0.5))
    assert (before == STRIPES).all()
    inside = np.zeros(frame.shape[:2], np.bool_)
    inside[15:115, 40:120] = True
    assert contrast(frame[15:115, 40:120]) < 20
    assert (frame[~inside] == STRIPES[~inside]).all()


@pytest.mark.parametrize("cover", ["blur", "mosaic"])
def test_the_part_of_a_face_at_the_edge_is_as_coarse_as_the_whole(cover: Cover) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (150, 200, 3), np.uint8)
    frame = covered(noise, np.array([[-70, 20, 10, 120]], np.float32), Privacy(cover, margin=0.0))
    assert np.unique(frame[20:120, :10, 0]).size <= (8 if cover == "mosaic" else 256)
    assert frame[20:120, :10].std(axis=1).max() < 1


@pytest.mark.parametrize("cover", COVERS)
def test_the_display_is_covered_at_its_own_scale(cover: Cover) -> None:
    display = STRIPES.repeat(3, axis=0).repeat(4, axis=1)
    shot = Shot(STRIPES, "camera", 3, 1.0, 2.0, display)
    answer = anonymise(shot, FACE, Privacy(cover, margin=0.0))
    assert answer.display is not None
    assert contrast(answer.display[120:270, 240:400]) < 10
    assert (answer.display[300:] == display[300:]).all()
    assert (answer.source, answer.sequence, answer.captured, answer.wall) == ("camera", 3, 1, 2)
    assert contrast(answer.frame[40:90, 60:100]) < 40


@given(
    st.lists(
        st.lists(st.floats(width=32), min_size=4, max_size=4),
        max_size=4,
    ),
    st.sampled_from(COVERS),
)
def test_no_box_is_too_odd(boxes: list[list[float]], cover: Cover) -> None:
    given_boxes = np.array(boxes, np.float32).reshape(-1, 4)
    assert covered(STRIPES[:20, :30], given_boxes, Privacy(cover)).shape == (20, 30, 3)


def test_an_endless_box_covers_everything() -> None:
    boxes = np.array([[-np.inf, -np.inf, np.inf, np.inf]], np.float32)
    assert not covered(STRIPES, boxes, Privacy("box")).any()


def test_a_small_face_is_covered_too() -> None:
    frame = covered(STRIPES, np.array([[100, 100, 106, 106]], np.float32), Privacy("mosaic"))
    assert contrast(frame[98:106, 98:106]) < 60


def test_wrong_wishes_are_refused() -> None:
    with pytest.raises(ValueError, match="blur, mosaic, box"):
        Privacy("fog")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="margin"):
        Privacy("blur", margin=-0.1)
