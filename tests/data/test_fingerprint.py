from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.data.fingerprint import fingerprint
from featherface_edge.data.types import Faces, Photograph
from featherface_edge.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

BOXES = np.array([[1, 2, 3, 4]], np.float32)


def _photograph(folder: Path, name: str, content: bytes = b"12") -> Photograph:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    marks = np.full((1, 5, 2), np.nan, np.float32)
    return Photograph(folder / name, Faces(BOXES, marks, BOXES[:0]), 1.0)


def test_order_weights_and_folders_do_not_matter(tmp_path: Path) -> None:
    one, two = (_photograph(tmp_path / "here", name) for name in ("a", "b"))
    moved = [replace(_photograph(tmp_path / "there", name), weight=3.0) for name in ("b", "a")]
    assert fingerprint([one, two]) == fingerprint(moved)
    assert len(fingerprint([one])) == 64


def test_names_sizes_and_labels_matter(tmp_path: Path) -> None:
    given = _photograph(tmp_path, "a")
    known = {fingerprint([given]), fingerprint([given, given])}
    faces = given.faces
    for boxes in (
        replace(faces, boxes=BOXES + 1),
        replace(faces, ignored=BOXES),
        replace(faces, landmarks=np.zeros((1, 5, 2), np.float32)),
        Faces(BOXES[:0], faces.landmarks[:0], BOXES),
    ):
        known.add(fingerprint([replace(given, faces=boxes)]))
    known.add(fingerprint([_photograph(tmp_path, "b")]))
    known.add(fingerprint([_photograph(tmp_path, "a", b"123")]))
    assert len(known) == 8


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    given = _photograph(tmp_path, "a")
    given.file.unlink()
    with pytest.raises(DataError, match="a cannot be read"):
        fingerprint([given])
