from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.data.formats import read_dataset
from featherface_edge.errors import DataError
from tests.data.label_files import one_sample, write_retinaface

if TYPE_CHECKING:
    from pathlib import Path

# Columns numbered as in the specification: 0 to 3 the box, 4 to 18 landmarks and flags, 19 blur.
NUMBERED = " ".join(str(column) for column in range(20))


def test_columns_are_those_of_the_published_training(tmp_path: Path) -> None:
    (tmp_path / "label.txt").write_text(f"# a/b.jpg\n{NUMBERED}\n", encoding="utf-8")
    (image,) = read_dataset(tmp_path)
    assert image.boxes is not None
    assert image.boxes.tolist() == [[0, 1, 2, 4]]
    assert image.landmarks.tolist() == [[[4, 5], [7, 8], [10, 11], [13, 14], [16, 17]]]
    assert image.file == tmp_path / "images" / "a" / "b.jpg"


def test_a_first_landmark_below_zero_means_none(tmp_path: Path) -> None:
    lines = ["# a.jpg", "1 2 3 4 " + "-1 " * 15 + "0.5", "1 2 3 4", "# b.jpg"]
    (tmp_path / "label.txt").write_text("\n".join(lines), encoding="utf-8")
    first, second = read_dataset(tmp_path / "label.txt")
    assert np.isnan(first.landmarks).all()
    assert len(first.landmarks) == 2
    assert second.boxes is not None
    assert len(second.boxes) == 0


def test_other_names_are_known_by_their_first_line(tmp_path: Path) -> None:
    path = write_retinaface(tmp_path, [one_sample()])
    assert len(read_dataset(path.rename(tmp_path / "mine.txt"))) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 2 3 4\n", "line 1: found a face before any picture"),
        ("# a.jpg\n1 2 3\n", "line 2: found 3 numbers, wanted x y w h, five times"),
        ("# a.jpg\n1 2 3 four\n", "line 2: found '1 2 3 four', wanted numbers"),
        ("# a.jpg\n#\n", "line 2: found '', wanted the file name"),
    ],
    ids=["no picture", "columns", "word", "no name"],
)
def test_broken_files_name_the_line(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "label.txt").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_dataset(tmp_path)
