"""Labelled photographs, as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from featherface_edge.data.types import LabelledImage
from featherface_edge.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_labels(path: Path) -> list[LabelledImage]:
    """The photographs that a JSON-lines file names, one object a line.

    File, boxes, and where known ignore, landmarks, set.

    `file` is relative to the folder of `path`.

    Raises: DataError with the line's number where one is no such object.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path} cannot be read ({error}): give a JSON-lines file of labels"
        ) from error
    return list(_parsed(path, lines))


def _parsed(path: Path, lines: list[str]) -> Iterator[LabelledImage]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _labelled(path.parent, json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise DataError(
                    f"{path}, line {number}: {error!r}: wanted an object with file and boxes"
                ) from error


def _labelled(folder: Path, entry: dict[str, Any]) -> LabelledImage:
    boxes = entry["boxes"]
    count = len(boxes or ())
    ignore = np.array(entry.get("ignore") or [False] * count, bool)
    marks = entry.get("landmarks") or [None] * count
    landmarks = np.array([mark or [np.nan] * 10 for mark in marks], np.float32).reshape(count, 5, 2)
    array = None if boxes is None else np.array(boxes, np.float32).reshape(count, 4)
    if len(ignore) != count:
        raise ValueError(f"{len(ignore)} ignore flags for {count} boxes")
    return LabelledImage(folder / entry["file"], Path(entry["file"]).stem, array, ignore, landmarks)
