from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.data.check import check
from featherface_edge.data.sheet import (
    CELL,
    COLUMNS,
    EMPTY,
    FACE,
    FAULTY,
    IGNORED,
    LINE,
    LINES,
    MARGIN,
    PAPER,
    PICTURES,
    contact_sheet,
    write_sheet,
)
from featherface_edge.errors import UsageError
from featherface_edge.images import read_image
from tests.data.photographs import labelled, scene
from tests.pictures import plain, write_photograph

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.detection.types import Frame

HEIGHT = CELL + LINES * LINE + MARGIN


def _quiet(_done: int, _total: int) -> None:
    pass


def _sheet(images: list[LabelledImage]) -> Frame:
    return contact_sheet(images, check(images, _quiet))


def _cell(sheet: Frame, index: int) -> Frame:
    """The picture number `index`, without caption."""
    top = MARGIN + index // COLUMNS * HEIGHT
    left = MARGIN + index % COLUMNS * (CELL + MARGIN)
    return sheet[top : top + CELL, left : left + CELL]


def _has(frame: Frame, colour: tuple[int, int, int]) -> bool:
    return bool((frame == colour).all(axis=2).any())


def _pictures(folder: Path, count: int) -> list[Path]:
    return [
        write_photograph(folder / f"{number}.png", plain(60, 80, (number, 0, 200)))
        for number in range(count)
    ]


def test_faults_come_first_and_are_red(tmp_path: Path) -> None:
    files = [write_photograph(tmp_path / f"{seed}.png", scene(seed)) for seed in range(3)]
    images = [
        labelled(files[0]),
        labelled(files[1], [[10, 10, 30, 30]], ignore=True),
        labelled(files[2], [[500, 500, 600, 600]]),
        labelled(tmp_path / "gone.png"),
    ]
    sheet = _sheet(images)
    gone, outside, sound, ignored = (_cell(sheet, index) for index in range(4))
    assert (gone == EMPTY).all()
    assert _has(outside, FAULTY)
    assert _has(sound, FACE)
    assert not _has(sound, FAULTY)
    assert _has(ignored, IGNORED)
    caption = sheet[MARGIN + CELL : HEIGHT, MARGIN : MARGIN + CELL]
    assert _has(caption, PAPER)
    assert caption.min() < 100, "something is written there"


def test_the_box_lies_where_the_label_says(tmp_path: Path) -> None:
    (file,) = _pictures(tmp_path, 1)
    cell = _cell(_sheet([labelled(file, [[20, 20, 40, 60]])]), 0)
    rows, columns = np.nonzero((cell == FACE).all(axis=2))
    # 60 x 80 fills 180 x 240 at three times the size, 30 pixels from the left.
    assert (columns.min(), rows.min(), columns.max(), rows.max()) == (90, 60, 150, 180)


def test_large_sets_are_sampled_evenly(tmp_path: Path) -> None:
    images = [labelled(file, []) for file in _pictures(tmp_path, 2 * PICTURES)]
    report = check([], _quiet)
    sheet = contact_sheet(images, report)
    assert sheet.shape[0] == PICTURES // COLUMNS * HEIGHT + MARGIN
    shown = [int(_cell(sheet, index)[120, 120, 0]) for index in range(PICTURES)]
    assert shown == list(range(0, 2 * PICTURES, 2))


def test_unlabelled_and_infinite_boxes_are_drawn_too(tmp_path: Path) -> None:
    files = _pictures(tmp_path, 2)
    images = [labelled(files[0], None), labelled(files[1], [[1, 1, float("inf"), 9]])]
    sheet = _sheet(images)
    assert not _has(_cell(sheet, 0), FACE)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_the_sheet_is_a_picture_file(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"new/sheet{suffix}"
    write_sheet(path, plain(30, 20, (200, 30, 30)))
    assert read_image(path)[10, 10].tolist() == pytest.approx([200, 30, 30], abs=8)


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in '\.gif': give a sheet"):
        write_sheet(tmp_path / "sheet.gif", plain(3, 2))
