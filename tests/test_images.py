from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from featherface_edge.errors import ImageError
from featherface_edge.images import read_image
from tests.pictures import plain, write_photograph

if TYPE_CHECKING:
    from pathlib import Path


def test_colours_are_red_green_blue(tmp_path: Path) -> None:
    frame = read_image(write_photograph(tmp_path / "a.png", plain(30, 20)))
    assert frame.shape == (20, 30, 3)
    assert frame.dtype == np.uint8
    assert (frame == (200, 100, 50)).all()


@pytest.mark.parametrize(
    ("orientation", "place"),
    [(1, (0, 0)), (3, (1, 1)), (6, (0, 1)), (8, (1, 0))],
    ids=["upright", "half a turn", "a quarter right", "a quarter left"],
)
def test_photographs_are_turned_as_exif_says(
    orientation: int, place: tuple[int, int], tmp_path: Path
) -> None:
    frame = plain(64, 32, (0, 0, 0))
    frame[:16, :16] = 255
    path = write_photograph(tmp_path / "a.jpg", frame, orientation)
    turned = read_image(path)
    assert turned.shape == ((32, 64, 3) if orientation in (1, 3) else (64, 32, 3))
    row, column = (-1 if side else 0 for side in place)
    assert turned[row, column].min() > 200
    assert turned[-1 - row, column].max() < 60
    assert turned[row, -1 - column].max() < 60


@pytest.mark.parametrize("channels", [1, 4], ids=["grey", "with alpha"])
@pytest.mark.parametrize("kind", ["uint8", "uint16"])
def test_other_pixels_become_rgb(channels: int, kind: str, tmp_path: Path) -> None:
    pixels = ~np.zeros((20, 30, channels), np.dtype(kind))
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), pixels)
    frame = read_image(path)
    assert frame.shape == (20, 30, 3)
    assert frame.dtype == np.uint8
    assert (frame == 255).all()


@pytest.mark.parametrize("content", [b"", b"not an image", b"\xff\xd8\xff"])
def test_what_is_no_image_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(ImageError, match=r"a\.jpg is no picture that OpenCV can decode: give"):
        read_image(tmp_path / "a.jpg")


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="cannot be read"):
        read_image(tmp_path / "none.jpg")


def test_a_header_that_claims_a_huge_picture_is_refused(tmp_path: Path) -> None:
    header = b"IHDR" + (60000).to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
    checksum = zlib.crc32(header).to_bytes(4, "big")
    path = tmp_path / "huge.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + header + checksum)
    with pytest.raises(ImageError, match="no picture"):
        read_image(path)
