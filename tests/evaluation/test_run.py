from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from featherface_edge.data.formats import read_dataset
from featherface_edge.errors import DataError
from featherface_edge.evaluation.memory import PredictionFile
from featherface_edge.evaluation.run import evaluate, truths_of
from tests.evaluation.detectors import FACE, BrightestSquare, quiet, write_labels
from tests.evaluation.wider_files import write_ground_truth

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.evaluation.run import Result

OTHER = [0.0, 0.0, 10.0, 10.0]


def _evaluated(labels: Path, **more: PredictionFile) -> Result:
    images = read_dataset(labels)
    return evaluate(BrightestSquare(), images, truths_of(images, None), quiet, **more)


def test_faces_found_are_counted(tmp_path: Path) -> None:
    result = _evaluated(write_labels(tmp_path, [FACE], [FACE, OTHER], []))
    assert (result.images, result.unread) == (3, ())
    assert [len(item) for item in result.found] == [1, 1, 1]
    # All scores are equal, so there is one operating point: 2 of 3 faces by 3 predictions.
    assert result.precision == {"all": pytest.approx(2 / 3 * 2 / 3)}


def test_faces_of_missing_and_broken_pictures_are_missed(tmp_path: Path) -> None:
    labels = write_labels(tmp_path, [FACE], [FACE, OTHER], [FACE])
    (tmp_path / "1.png").unlink()
    (tmp_path / "2.png").write_bytes(b"no picture")
    result = _evaluated(labels)
    assert result.unread == (1, 2)
    assert result.precision == {"all": pytest.approx(1 / 4)}


def test_a_set_without_any_picture_is_refused(tmp_path: Path) -> None:
    labels = write_labels(tmp_path, [FACE], [FACE])
    for file in tmp_path.glob("*.png"):
        file.unlink()
    with pytest.raises(DataError, match=r"none of the 2 pictures exists \(.*0\.png, \.\.\.\)"):
        _evaluated(labels)


def test_unlabelled_pictures_cannot_be_evaluated(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no labels"):
        _evaluated(write_labels(tmp_path, [FACE], None))


def test_pictures_without_faces_cannot_be_evaluated(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no picture holds a face"):
        _evaluated(write_labels(tmp_path, [], []))


def test_no_pictures_cannot_be_evaluated() -> None:
    with pytest.raises(DataError, match="names no picture"):
        truths_of([], None)


def test_pictures_seen_before_are_not_detected_again(tmp_path: Path) -> None:
    images = read_dataset(write_labels(tmp_path, [FACE], [OTHER]))
    truths, detector = truths_of(images, None), BrightestSquare()
    for _ in range(2):
        with PredictionFile(tmp_path / "edge.npz") as memory:
            result = evaluate(detector, images, truths, quiet, memory=memory)
        assert result.precision == {"all": pytest.approx(0.25)}
        assert detector.seen == 2


def test_progress_is_told(tmp_path: Path) -> None:
    images = read_dataset(write_labels(tmp_path, [FACE], [], []))
    told: list[tuple[int, int]] = []
    evaluate(
        BrightestSquare(),
        images,
        truths_of(images, None),
        lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.torch
def test_official_subsets_without_a_face_are_left_out(tmp_path: Path) -> None:
    images = read_dataset(write_labels(tmp_path, None, None))
    x1, y1, x2, y2 = FACE
    faces: list[list[float]] = [[x1, y1, x2 - x1, y2 - y1], [90, 90, 9, 9]]
    events: dict[str, dict[str, list[list[float]]]] = {
        "0--Parade": {"0": faces, "1": [[0, 0, 0, 0]], "2": faces}
    }
    keep = {"easy": {"2": [1]}, "medium": {"0": [1]}, "hard": {"0": [1, 2]}}
    write_ground_truth(tmp_path, events, keep)
    truths = truths_of(images, tmp_path)
    result = evaluate(BrightestSquare(), images, truths, quiet)
    assert result.precision == {"medium": pytest.approx(0.5), "hard": pytest.approx(0.25)}
