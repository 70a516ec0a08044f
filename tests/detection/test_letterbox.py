from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given

from featherface_edge.detection import Frame, Placement, letterbox, network_input
from featherface_edge.errors import ImageError
from tests import strategies
from tests.fakes import preprocessing

if TYPE_CHECKING:
    from featherface_edge.spec import Preprocessing


def frame_of(width: int, height: int, colour: tuple[int, int, int] = (10, 200, 30)) -> Frame:
    frame = np.empty((height, width, 3), np.uint8)
    frame[:] = colour
    return frame


@given(strategies.frame_sizes, strategies.preprocessings)
def test_points_come_back_within_a_pixel(size: tuple[int, int], rule: Preprocessing) -> None:
    _, placement = letterbox(frame_of(*size), rule)
    corners = np.array([[0, 0], size, (size[0] / 2, size[1] / 3)], np.float32)
    there = placement.to_canvas(corners)
    assert np.abs(placement.to_frame(there) - corners).max() < 1
    assert (there <= (rule.width + 0.01, rule.height + 0.01)).all()


@given(strategies.frame_sizes, strategies.preprocessings)
def test_frame_fits_at_the_top_left_and_keeps_its_shape(
    size: tuple[int, int], rule: Preprocessing
) -> None:
    canvas, placement = letterbox(frame_of(*size), rule)
    inner = np.rint(placement.to_canvas(np.array(size, np.float32))).astype(int)
    assert canvas.shape == (rule.height, rule.width, 3)
    assert canvas.dtype == np.uint8
    # One side is filled, within the pixel of rounding; scales differ by less than a pixel's worth.
    assert inner[0] == rule.width or inner[1] == rule.height
    wanted = min(rule.width / size[0], rule.height / size[1])
    assert abs(placement.scale_x - wanted) * size[0] <= 1
    assert abs(placement.scale_y - wanted) * size[1] <= 1
    assert (canvas[: inner[1], : inner[0]] == (10, 200, 30)).all()
    assert (canvas[inner[1] :] == rule.pad).all()
    assert (canvas[:, inner[0] :] == rule.pad).all()


def test_same_size_is_copied_untouched() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    canvas, placement = letterbox(frame, preprocessing())
    assert (canvas == frame).all()
    assert placement == Placement(1.0, 1.0, 64, 64)


def test_a_marked_point_lands_where_the_placement_says() -> None:
    frame = frame_of(200, 100, (0, 0, 0))
    frame[40:60, 140:160] = 255
    canvas, placement = letterbox(frame, preprocessing(128, 96))
    rows, columns = np.nonzero(canvas[:64, :, 0] > 127)
    middle = np.array([columns.mean() + 0.5, rows.mean() + 0.5], np.float32)
    assert np.abs(placement.to_frame(middle) - (150, 50)).max() < 1


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(np.zeros((0, 0, 3), np.uint8), id="empty"),
        pytest.param(np.zeros((8, 0, 3), np.uint8), id="no width"),
        pytest.param(np.zeros((8, 8), np.uint8), id="grey"),
        pytest.param(np.zeros((8, 8, 4), np.uint8), id="with alpha"),
        pytest.param(np.zeros((8, 8, 3), np.float32), id="float"),
    ],
)
def test_frames_that_are_none_are_refused(frame: Frame) -> None:
    with pytest.raises(ImageError, match=r"wanted .*: "):
        letterbox(frame, preprocessing())


def test_network_input_scales_and_orders_the_colours() -> None:
    canvas = frame_of(2, 1, (10, 20, 30))
    rgb = replace(preprocessing(), mean=(1.0, 2.0, 3.0), scale=0.5)
    bgr = replace(rgb, colour="bgr")
    assert network_input(canvas, rgb).shape == (1, 3, 1, 2)
    assert network_input(canvas, rgb).dtype == np.float32
    assert network_input(canvas, rgb)[0, :, 0, 0].tolist() == [4.5, 9.0, 13.5]
    assert network_input(canvas, bgr)[0, :, 0, 0].tolist() == [14.5, 9.0, 3.5]


def test_placement_refuses_a_scale_of_nothing() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Placement(0.0, 1.0, 10, 10)


@given(strategies.frame_sizes, strategies.preprocessings)
def test_a_canvas_of_before_is_drawn_over(size: tuple[int, int], rule: Preprocessing) -> None:
    before = np.full((rule.height, rule.width, 3), 77, np.uint8)
    canvas, placement = letterbox(frame_of(*size), rule, before)
    assert canvas is before
    fresh, wanted = letterbox(frame_of(*size), rule)
    assert (canvas == fresh).all()
    assert placement == wanted
