"""Small data sets written in every format that is read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from tests.pictures import plain, write_photograph

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage

SIDE = 48


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture of a test's data set; landmarks: None where a face has none."""

    name: str
    width: int
    height: int
    boxes: Sequence[tuple[int, int, int, int]]
    landmarks: Sequence[Sequence[float] | None]
    ignore: Sequence[bool]


Samples = list[Sample]


@st.composite
def _sample(draw: st.DrawFn, name: str) -> Sample:
    width, height = draw(st.integers(8, SIDE)), draw(st.integers(8, SIDE))
    count = draw(st.integers(0, 3))
    boxes: list[tuple[int, int, int, int]] = []
    for _ in range(count):
        x, y = draw(st.integers(0, width - 2)), draw(st.integers(0, height - 2))
        x2, y2 = draw(st.integers(x + 1, width)), draw(st.integers(y + 1, height))
        boxes.append((x, y, x2, y2))
    eighths = st.integers(0, 8 * 7).map(lambda value: value / 8)
    points = st.lists(eighths, min_size=10, max_size=10)
    marks = [draw(st.none() | points) for _ in boxes]
    ignore = [draw(st.booleans()) for _ in boxes]
    return Sample(name, width, height, boxes, marks, ignore)


@st.composite
def samples(draw: st.DrawFn) -> Samples:
    """Draw one to three pictures with up to three faces each."""
    return [draw(_sample(f"picture {index}")) for index in range(draw(st.integers(1, 3)))]


def one_sample(**changes: object) -> Sample:
    """Give a picture of 40 x 30 with one face and its landmarks."""
    marks = [12.0, 10.0, 18.0, 10.0, 15.0, 14.0, 12.5, 18.0, 17.5, 18.0]
    values: dict[str, object] = {
        "name": "one",
        "width": 40,
        "height": 30,
        "boxes": [(10, 6, 20, 22)],
        "landmarks": [marks],
        "ignore": [False],
    }
    return Sample(**{**values, **changes})  # type: ignore[arg-type]


def picture(folder: Path, sample: Sample, suffix: str = ".png") -> Path:
    """Write the sample's picture."""
    folder.mkdir(parents=True, exist_ok=True)
    frame = plain(sample.width, sample.height)
    return write_photograph(folder / f"{sample.name}{suffix}", frame)


def write_jsonl(root: Path, pictures: Samples) -> Path:
    lines = [
        json.dumps(
            {
                "file": f"images/{each.name}.png",
                "width": each.width,
                "height": each.height,
                "boxes": each.boxes,
                "landmarks": each.landmarks,
                "ignore": each.ignore,
                "set": "mine",
            }
        )
        for each in pictures
    ]
    return _write(root / "labels.jsonl", lines)


def write_widerface(root: Path, pictures: Samples) -> Path:
    lines: list[str] = []
    for each in pictures:
        lines += [f"0--Parade/{each.name}.jpg", str(len(each.boxes))]
        for (x1, y1, x2, y2), invalid in zip(each.boxes, each.ignore, strict=True):
            lines.append(f"{x1} {y1} {x2 - x1} {y2 - y1} 0 0 0 {int(invalid)} 0 0 ")
        if not each.boxes:
            lines.append("0 0 0 0 0 0 0 0 0 0 ")
    return _write(root / "wider_face_split" / "wider_face_val_bbx_gt.txt", lines)


def write_retinaface(root: Path, pictures: Samples) -> Path:
    lines: list[str] = []
    for each in pictures:
        lines.append(f"# 0--Parade/{each.name}.jpg")
        for (x1, y1, x2, y2), marks in zip(each.boxes, each.landmarks, strict=True):
            points = marks or [-1.0] * 10
            words = [f"{points[at]} {points[at + 1]} 0.0" for at in range(0, 10, 2)]
            lines.append(f"{x1} {y1} {x2 - x1} {y2 - y1} {' '.join(words)} 0.82")
    return _write(root / "label.txt", lines)


def write_coco(root: Path, pictures: Samples) -> Path:
    annotations: list[dict[str, object]] = []
    for index, each in enumerate(pictures):
        for face, (x1, y1, x2, y2) in enumerate(each.boxes):
            marks = each.landmarks[face]
            points = [0.0] * 15 if marks is None else _with_flags(marks)
            entry: dict[str, object] = {
                "id": len(annotations),
                "image_id": index,
                "category_id": 1,
                "bbox": [x1, y1, x2 - x1, y2 - y1],
                "iscrowd": int(each.ignore[face]),
                "keypoints": points,
            }
            annotations.append(entry)
    images = [
        {"id": index, "file_name": f"{each.name}.png", "width": each.width, "height": each.height}
        for index, each in enumerate(pictures)
    ]
    categories = [{"id": 1, "name": "face"}]
    root.mkdir(parents=True, exist_ok=True)
    path = root / "mine.json"
    whole = {"images": images, "annotations": annotations, "categories": categories}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def _with_flags(marks: Sequence[float]) -> list[float]:
    return [value for at in range(0, 10, 2) for value in (marks[at], marks[at + 1], 2.0)]


def write_yolo(root: Path, pictures: Samples) -> Path:
    for each in pictures:
        picture(root / "images", each)
        lines: list[str] = []
        for (x1, y1, x2, y2), marks in zip(each.boxes, each.landmarks, strict=True):
            size = np.array([each.width, each.height])
            centre = np.array([x1 + x2, y1 + y2]) / 2 / size
            sides = np.array([x2 - x1, y2 - y1]) / size
            points = np.zeros((5, 3))
            if marks is not None:
                points = np.hstack((np.reshape(marks, (5, 2)) / size, np.full((5, 1), 2)))
            words = [*centre, *sides, *points.ravel()]
            lines.append("0 " + " ".join(f"{word:.8f}" for word in words))
        _write(root / "labels" / f"{each.name}.txt", lines)
    return root


def write_voc(root: Path, pictures: Samples) -> Path:
    for each in pictures:
        faces = [
            f"<object><name>face</name><difficult>{int(ignore)}</difficult><bndbox>"
            f"<xmin>{x1 + 1}</xmin><ymin>{y1 + 1}</ymin><xmax>{x2}</xmax><ymax>{y2}</ymax>"
            "</bndbox></object>"
            for (x1, y1, x2, y2), ignore in zip(each.boxes, each.ignore, strict=True)
        ]
        size = f"<size><width>{each.width}</width><height>{each.height}</height></size>"
        body = f"<filename>{each.name}.png</filename>{size}{''.join(faces)}"
        _write(root / "Annotations" / f"{each.name}.xml", [f"<annotation>{body}</annotation>"])
    return root


def _write(path: Path, lines: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True)
class Written:
    """A format of this file; what of a sample it cannot say."""

    write: Callable[[Path, Samples], Path]
    landmarks: bool = True
    ignore: bool = True
    size: bool = True


FORMATS = {
    "jsonl": Written(write_jsonl),
    "widerface": Written(write_widerface, landmarks=False, size=False),
    "retinaface": Written(write_retinaface, ignore=False, size=False),
    "coco": Written(write_coco),
    "yolo": Written(write_yolo, ignore=False, size=False),
    "voc": Written(write_voc, landmarks=False),
}


def assert_same(found: LabelledImage, sample: Sample, kind: Written) -> None:
    """What was read is what was written."""
    count = len(sample.boxes)
    assert found.name == sample.name
    assert found.boxes is not None
    assert found.boxes.dtype == np.float32
    wanted = np.array(sample.boxes, np.float32).reshape(-1, 4)
    np.testing.assert_allclose(found.boxes, wanted, atol=1e-4)
    unknown = [[np.nan] * 10] * count
    known = [marks or [np.nan] * 10 for marks in sample.landmarks]
    points = np.array(known if kind.landmarks else unknown, np.float32).reshape(-1, 5, 2)
    np.testing.assert_allclose(found.landmarks, points, atol=1e-4)
    assert found.ignore.tolist() == (list(sample.ignore) if kind.ignore else [False] * count)
    assert found.size == ((sample.width, sample.height) if kind.size else None)
