from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherface_edge.data.augment.geometry import (
    hidden,
    joined,
    mirrored,
    scaled,
    shifted,
    windowed,
)
from featherface_edge.data.types import Faces

numbers = st.integers(0, 2**32 - 1).map(np.random.default_rng)
FIELDS = ("boxes", "landmarks", "ignored")


def faces(random: np.random.Generator, count: int = 4) -> Faces:
    corners = random.uniform(-50, 250, (2 * count, 2))
    boxes = np.concatenate((corners, corners + random.uniform(1, 90, (2 * count, 2))), axis=1)
    marks = random.uniform(-50, 250, (count, 5, 2))
    marks[0, 0] = np.nan
    array = boxes.astype(np.float32)
    return Faces(array[:count], marks.astype(np.float32), array[count:])


def same(one: Faces, two: Faces) -> bool:
    return all(
        np.allclose(getattr(one, name), getattr(two, name), atol=1e-3, equal_nan=True)
        for name in FIELDS
    )


@given(random=numbers, width=st.integers(1, 400))
def test_the_mirror_of_the_mirror_is_the_picture(random: np.random.Generator, width: int) -> None:
    item = faces(random)
    assert same(mirrored(mirrored(item, width), width), item)
    assert (mirrored(item, width).boxes[:, 2] >= mirrored(item, width).boxes[:, 0]).all()


@given(random=numbers, x=st.floats(-99, 99), y=st.floats(-99, 99))
def test_shifting_and_scaling_can_be_undone(
    random: np.random.Generator, x: float, y: float
) -> None:
    item = faces(random)
    assert same(shifted(shifted(item, (x, y)), (-x, -y)), item)
    assert same(scaled(scaled(item, (0.5, 4.0)), (2.0, 0.25)), item)


def test_x_and_y_are_not_confused() -> None:
    item = Faces(
        np.array([[1, 2, 3, 4]], np.float32),
        np.arange(10, dtype=np.float32).reshape(1, 5, 2),
        np.array([[5, 6, 7, 8]], np.float32),
    )
    moved = shifted(scaled(item, (10, 100)), (1, 2))
    assert moved.boxes.tolist() == [[11, 202, 31, 402]]
    assert moved.ignored.tolist() == [[51, 602, 71, 802]]
    assert moved.landmarks[0, 1].tolist() == [21, 302]


@pytest.mark.parametrize(
    ("box", "boxes", "ignored"),
    [
        ((10, 20, 30, 40), [[10, 20, 30, 40]], []),
        ((-10, 20, 30, 40), [[0, 20, 30, 40]], []),
        ((-31, 20, 30, 40), [], [[0, 20, 30, 40]]),
        ((80, 40, 120, 70), [], [[80, 40, 100, 50]]),
        ((-30, 20, 0, 40), [], []),
        ((10, 60, 30, 80), [], []),
        ((10, 20, 10, 40), [], []),
        ((np.nan, 20, 30, 40), [], []),
        ((-500, -500, 600, 560), [[0, 0, 100, 50]], []),
    ],
    ids=[
        "inside",
        "cut",
        "centre outside",
        "centre on the edge",
        "beside",
        "below",
        "no area",
        "no number",
        "around",
    ],
)
def test_windows_keep_faces_by_their_centre(
    box: tuple[float, ...], boxes: list[list[int]], ignored: list[list[int]]
) -> None:
    """A window of 100 by 50 pixels."""
    array = np.array([box], np.float32)
    marks = np.full((1, 5, 2), 7, np.float32)
    found = windowed(Faces(array, marks, array[:0]), 100, 50)
    assert found.boxes.tolist() == boxes
    assert found.ignored.tolist() == ignored
    assert len(found.landmarks) == len(boxes)


def test_windows_clip_ignored_regions_and_drop_those_outside() -> None:
    ignored = np.array([[90, 40, 130, 80], [200, 10, 220, 30]], np.float32)
    none = np.zeros((0, 4), np.float32)
    found = windowed(Faces(none, np.zeros((0, 5, 2), np.float32), ignored), 100, 50)
    assert found.ignored.tolist() == [[90, 40, 100, 50]]


@given(random=numbers)
def test_joined_faces_are_all_there(random: np.random.Generator) -> None:
    one, two = faces(random), faces(random, 2)
    both = joined([one, two])
    assert same(Faces(both.boxes[:4], both.landmarks[:4], both.ignored[:4]), one)
    assert same(Faces(both.boxes[4:], both.landmarks[4:], both.ignored[4:]), two)


def test_hidden_landmarks_are_unknown_and_the_others_stay() -> None:
    marks = np.ones((2, 5, 2), np.float32)
    where = np.zeros((2, 5), np.bool_)
    where[1, 3] = True
    found = hidden(marks, where)
    assert np.isnan(found[1, 3]).all()
    assert np.isfinite(found).sum() == 18
    assert found.dtype == np.float32
