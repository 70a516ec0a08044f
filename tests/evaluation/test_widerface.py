"""The official ground truth, from files of its own layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from featherface_edge.errors import DataError
from featherface_edge.evaluation.widerface import official_truths, picture_names
from tests.evaluation.wider_files import write_ground_truth

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch  # scipy comes with the extra `train`

EVENTS: dict[str, dict[str, Any]] = {
    "0--Parade": {"a": [[1, 2, 10, 20], [5, 5, 0, 0]], "b": []},
    "1--Riot": {"c": [[0, 0, 30, 40], [50, 0, 8, 8], [60, 0, 5, 5]]},
}
KEEP = {
    "easy": {"c": [1]},
    "medium": {"a": [1], "c": [1]},
    "hard": {"a": [1], "c": [3, 1]},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_ground_truth(tmp_path, EVENTS, KEEP)
    return tmp_path


def test_faces_and_keep_lists_are_read(folder: Path) -> None:
    truths = official_truths(folder, ["c", "a", "b"])
    assert list(truths) == ["easy", "medium", "hard"]
    assert truths["hard"][0].boxes.tolist() == [[0, 0, 30, 40], [50, 0, 58, 8], [60, 0, 65, 5]]
    assert truths["hard"][0].counted.tolist() == [True, False, True]
    assert truths["easy"][1].counted.tolist() == [False, False]
    assert truths["medium"][1].boxes.tolist() == [[1, 2, 11, 22], [5, 5, 5, 5]]
    assert truths["medium"][2].boxes.shape == (0, 4)
    assert truths["easy"][0].boxes is truths["hard"][0].boxes


def test_all_pictures_have_names(folder: Path) -> None:
    assert picture_names(folder) == ["a", "b", "c"]


def test_pictures_of_another_set_are_named(folder: Path) -> None:
    with pytest.raises(DataError, match=r"2 of 3 pictures are not in WIDER FACE val \(x, \.\.\.\)"):
        official_truths(folder, ["a", "x", "y"])


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "wider_medium_val.mat").unlink()
    with pytest.raises(DataError, match=r"wider_medium_val\.mat does not exist"):
        official_truths(folder, ["a"])


@pytest.mark.parametrize("keep", [0, 40, 200, -30], ids=["empty", "header", "start", "cut"])
def test_a_broken_file_is_named(folder: Path, keep: int) -> None:
    path = folder / "wider_face_val.mat"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DataError, match=r"wider_face_val\.mat"):
        official_truths(folder, ["a"])


def test_a_file_of_noise_is_named(folder: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, 4000, np.uint8)
    (folder / "wider_hard_val.mat").write_bytes(noise.tobytes())
    with pytest.raises(DataError, match=r"wider_hard_val\.mat"):
        official_truths(folder, ["a"])


def test_another_file_of_the_set_in_its_place_is_named(folder: Path) -> None:
    (folder / "wider_face_val.mat").replace(folder / "wider_easy_val.mat")
    write_ground_truth(folder, EVENTS, {**KEEP, "easy": None})
    with pytest.raises(DataError, match=r"wider_easy_val\.mat holds no gt_list"):
        official_truths(folder, ["a"])
