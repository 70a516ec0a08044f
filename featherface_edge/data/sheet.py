"""A contact sheet: pictures of a data set with their labels drawn, faulty ones first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.errors import ImageError, UsageError
from featherface_edge.files import write_bytes
from featherface_edge.images import read_image

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from featherface_edge.data.check import Report
    from featherface_edge.data.faults import Fault
    from featherface_edge.data.types import LabelledImage
    from featherface_edge.detection.types import FloatArray, Frame

PICTURES, COLUMNS = 48, 6
CELL, LINE, LINES = 240, 15, 4  # pixels: side of a picture, height of a caption's line; its lines
MARGIN = 6
FONT, FONT_SCALE = cv2.FONT_HERSHEY_SIMPLEX, 0.38
PAPER, INK, EMPTY = (250, 250, 250), (30, 30, 30), (215, 215, 215)
FACE, IGNORED, FAULTY, WARNED = (40, 220, 60), (150, 150, 150), (255, 40, 40), (255, 160, 0)
POINTS = ((255, 80, 80), (80, 160, 255), (255, 230, 60), (255, 80, 255), (60, 240, 240))
SUFFIXES = (".png", ".jpg", ".jpeg")


@dataclass(frozen=True, slots=True)
class _Cell:
    """A picture of the sheet, and what is wrong with it."""

    image: LabelledImage
    faults: Sequence[Fault]


def contact_sheet(images: Sequence[LabelledImage], report: Report) -> Frame:
    """A picture (H, W, 3), RGB, of at most 48 photographs: faulty ones of every kind, then others.

    Faces are green, ignored ones grey, faulty ones red (errors) or orange. Landmarks: left eye red,
    right eye blue, nose yellow, corners of the mouth magenta and cyan. A fault outside the picture
    is drawn on its border.
    """
    cells = [_drawn(cell) for cell in _chosen(images, report)]
    rows = -(-len(cells) // COLUMNS)
    height, width = CELL + LINES * LINE + MARGIN, CELL + MARGIN
    sheet = np.full((rows * height + MARGIN, COLUMNS * width + MARGIN, 3), PAPER, np.uint8)
    for index, cell in enumerate(cells):
        top = MARGIN + index // COLUMNS * height
        left = MARGIN + index % COLUMNS * width
        sheet[top : top + cell.shape[0], left : left + CELL] = cell
    return sheet


def check_name(path: Path) -> None:
    """Let names of PNG and JPEG files pass.

    Raises: UsageError for others.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path} ends in {path.suffix!r}: give a sheet that ends in .png or .jpg")


def write_sheet(path: Path, sheet: Frame) -> None:
    """Write the sheet as PNG or JPEG, whole or not at all.

    Raises: UsageError when the file's name ends in neither.
    """
    check_name(path)
    _, encoded = cv2.imencode(path.suffix, sheet[..., ::-1])
    write_bytes(path, encoded.tobytes())


def _chosen(images: Sequence[LabelledImage], report: Report) -> list[_Cell]:
    """Faulty pictures, in turn one of each kind, then pictures spread evenly over the rest."""
    by_kind: defaultdict[str, dict[int, None]] = defaultdict(dict)
    by_image: defaultdict[int, list[Fault]] = defaultdict(list)
    for fault in report.faults:
        by_kind[fault.kind.name].setdefault(fault.image)
        by_image[fault.image].append(fault)
    turns = zip_longest(*by_kind.values())
    faulty = dict.fromkeys(index for turn in turns for index in turn if index is not None)
    sound = [index for index in range(len(images)) if index not in by_image]
    free = min(max(PICTURES - len(faulty), 0), len(sound))
    spread = [sound[place * len(sound) // free] for place in range(free)]
    order = [*list(faulty)[:PICTURES], *spread]
    return [_Cell(images[index], by_image[index]) for index in order]


def _drawn(cell: _Cell) -> Frame:
    canvas = np.full((CELL + LINES * LINE, CELL, 3), PAPER, np.uint8)
    canvas[:CELL] = EMPTY
    try:
        frame = read_image(cell.image.file)
    except ImageError:
        frame = None
    if frame is not None:
        scale = CELL / max(frame.shape[:2])
        width, height = (max(1, round(side * scale)) for side in frame.shape[1::-1])
        area = cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)
        picture = np.asarray(area, np.uint8)
        _draw_faces(picture, cell, scale)
        top, left = (CELL - height) // 2, (CELL - width) // 2
        canvas[top : top + height, left : left + width] = picture
    _write_caption(canvas, cell)
    return canvas


def _draw_faces(picture: Frame, cell: _Cell, scale: float) -> None:
    if cell.image.boxes is None:
        return
    colours = {
        fault.face: FAULTY if fault.kind.is_error else WARNED for fault in reversed(cell.faults)
    }
    for face, box in enumerate(cell.image.boxes * scale):
        if np.isfinite(box).all():
            colour = colours.get(face, IGNORED if cell.image.ignore[face] else FACE)
            low, high = _visible(box, picture)
            cv2.rectangle(picture, low, high, colour, 2 if face in colours else 1)
    marks = cell.image.landmarks * scale
    for points in marks[np.isfinite(marks).all(axis=(1, 2))]:
        for point, colour in zip(points.round().astype(int).tolist(), POINTS, strict=True):
            cv2.circle(picture, point, 1, colour, -1)


def _visible(box: FloatArray, picture: Frame) -> tuple[tuple[int, int], tuple[int, int]]:
    """Two corners of the box, a pixel wide at least, and on the border where it lies outside."""
    width, height = picture.shape[1], picture.shape[0]
    x1, y1, x2, y2 = (round(side) for side in box.tolist())
    left, top = min(max(x1, -1), width - 2), min(max(y1, -1), height - 2)
    return (left, top), (max(min(x2, width), left + 1), max(min(y2, height), top + 1))


def _write_caption(canvas: Frame, cell: _Cell) -> None:
    image = cell.image
    count = int((~image.ignore).sum())
    labels = "not labelled" if image.boxes is None else f"{count} face{'' if count == 1 else 's'}"
    lines = [(image.file.name, INK), (f"{image.dataset}, {labels}", INK)]
    for fault in {fault.kind: fault for fault in reversed(cell.faults)}.values():
        lines.insert(1, (fault.kind.value, FAULTY if fault.kind.is_error else WARNED))
        lines.insert(2, (fault.text.rpartition("/")[2], INK))
    for number, (text, colour) in enumerate(lines[:LINES]):
        at = (2, CELL + (number + 1) * LINE - 4)
        cv2.putText(canvas, _fitting(text), at, FONT, FONT_SCALE, colour, 1, cv2.LINE_AA)


def _fitting(text: str) -> str:
    """The text in ASCII, all that OpenCV's font has, without its middle where it is too long."""
    plain = text.encode("ascii", "replace").decode()
    kept = len(plain)
    while cv2.getTextSize(plain, FONT, FONT_SCALE, 1)[0][0] > CELL - 4:
        kept -= 1
        half = kept // 2
        plain = f"{plain[:half]}..{plain[-half:]}" if half else ""
    return plain
