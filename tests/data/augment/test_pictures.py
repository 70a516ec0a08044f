"""Sizes from JPEG headers, and pictures decoded no larger than needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherface_edge.data.augment.jpeg import jpeg_size
from featherface_edge.data.augment.pictures import Picture, open_picture
from featherface_edge.errors import ImageError
from featherface_edge.images import read_image
from tests.pictures import plain, write_photograph

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection.types import Frame


def ramp(width: int, height: int) -> Frame:
    frame = plain(width, height)
    frame[..., 0] = np.linspace(0, 255, width, dtype=np.uint8)
    frame[..., 1] = np.linspace(0, 255, height, dtype=np.uint8)[:, None]
    return frame


@pytest.mark.parametrize("orientation", [None, *range(1, 9)])
def test_sizes_are_those_of_the_upright_picture(orientation: int | None, tmp_path: Path) -> None:
    file = write_photograph(tmp_path / "a.jpg", ramp(77, 40), orientation)
    height, width = read_image(file).shape[:2]
    assert jpeg_size(file.read_bytes()) == (width, height)
    assert (width < height) == ((orientation or 1) >= 5)


def test_progressive_and_grey_files_have_sizes_too() -> None:
    for frame, options in (
        (ramp(77, 40), [cv2.IMWRITE_JPEG_PROGRESSIVE, 1]),
        (ramp(77, 40)[..., 0].copy(), []),
    ):
        _, content = cv2.imencode(".jpg", frame, options)
        assert jpeg_size(content.tobytes()) == (77, 40)


@given(content=st.binary(max_size=60))
def test_whatever_the_bytes_no_size_or_one_above_0(content: bytes) -> None:
    for start in (b"", b"\xff\xd8", b"\xff\xd8\xff\xe1", b"\xff\xd8\xff\xe1\x00\x30Exif\0\0II"):
        size = jpeg_size(start + content)
        assert size is None or min(size) > 0


@given(cut=st.integers(0, 400))
def test_torn_headers_have_no_size_or_the_true_one(cut: int) -> None:
    _, content = cv2.imencode(".jpg", ramp(64, 48))
    assert jpeg_size(content.tobytes()[:cut]) in {None, (64, 48)}


@pytest.mark.parametrize("orientation", [None, 6])
@pytest.mark.parametrize(
    ("shrink", "divisor"), [(2.0, 1), (0.51, 1), (0.5, 2), (0.3, 2), (0.25, 4), (0.1, 8)]
)
def test_jpeg_files_are_decoded_no_larger_than_needed(
    shrink: float, divisor: int, orientation: int | None, tmp_path: Path
) -> None:
    file = write_photograph(tmp_path / "a.jpg", ramp(401, 250), orientation)
    whole = read_image(file)
    picture = open_picture(file, reduced=True)
    assert (picture.height, picture.width) == whole.shape[:2]
    frame = picture.decoded(shrink)
    wanted = (-(-picture.width // divisor), -(-picture.height // divisor))
    assert frame.shape == (wanted[1], wanted[0], 3)
    shrunk = cv2.resize(whole, wanted, interpolation=cv2.INTER_AREA)
    assert np.abs(shrunk.astype(int) - frame).mean() < 2


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_other_files_and_other_wishes_are_read_as_ever(suffix: str, tmp_path: Path) -> None:
    file = write_photograph(tmp_path / f"a{suffix}", ramp(401, 250))
    picture = open_picture(file, reduced=suffix == ".png")
    assert (picture.width, picture.height) == (401, 250)
    assert np.array_equal(picture.decoded(0.1), read_image(file))


@pytest.mark.parametrize("shrink", [1.0, 0.2])
def test_a_file_that_holds_another_size_is_refused(shrink: float, tmp_path: Path) -> None:
    file = write_photograph(tmp_path / "a.jpg", ramp(401, 250))
    liar = Picture(file, 250, 401, file.read_bytes())
    with pytest.raises(ImageError, match=r"a\.jpg claims 250x401 pixels and holds others: save it"):
        liar.decoded(shrink)


@pytest.mark.parametrize("shrink", [1.0, 0.2])
def test_a_torn_picture_is_refused(shrink: float, tmp_path: Path) -> None:
    file = write_photograph(tmp_path / "a.jpg", ramp(401, 250))
    header = file.read_bytes()
    file.write_bytes(header[: header.index(b"\xff\xda") + 4])
    with pytest.raises(ImageError, match=r"a\.jpg is no picture that OpenCV can decode"):
        open_picture(file, reduced=True).decoded(shrink)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for reduced in (True, False):
        with pytest.raises(ImageError, match=r"none\.jpg cannot be read \(No such file"):
            open_picture(tmp_path / "none.jpg", reduced=reduced)
