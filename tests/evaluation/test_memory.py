from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.detection.types import Detections
from featherface_edge.errors import DataError, UsageError
from featherface_edge.evaluation.memory import PredictionFile
from tests.evaluation.sets import sample

if TYPE_CHECKING:
    from pathlib import Path


def _pictures(folder: Path, count: int) -> list[Path]:
    files = [folder / f"{index}.jpg" for index in range(count)]
    for index, file in enumerate(files):
        file.write_bytes(b"picture %d" % index)
    return files


def _filled(path: Path, files: list[Path]) -> list[Detections]:
    found = sample(np.random.default_rng(0), len(files), 1000)[0]
    with PredictionFile(path) as memory:
        for file, item in zip(files, found, strict=True):
            assert memory.recall(file) is None
            memory.keep(file, item)
    return found


def test_what_was_found_is_known_in_the_next_run(tmp_path: Path) -> None:
    files = _pictures(tmp_path, 7)
    found = _filled(tmp_path / "deep" / "edge.npz", files)
    with PredictionFile(tmp_path / "deep" / "edge.npz") as memory:
        for file, item in zip(files, found, strict=True):
            known = memory.recall(file)
            assert known is not None
            for name in ("boxes", "scores", "landmarks"):
                assert (getattr(known, name) == getattr(item, name)).all()
    assert [each.name for each in (tmp_path / "deep").iterdir()] == ["edge.npz"]


def test_a_picture_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    first, second = _pictures(tmp_path, 2)
    found = _filled(tmp_path / "edge.npz", [first])
    first.rename(tmp_path / "moved.jpg")
    memory = PredictionFile(tmp_path / "edge.npz")
    known = memory.recall(tmp_path / "moved.jpg")
    assert known is not None
    assert len(known) == len(found[0])
    assert memory.recall(second) is None
    assert memory.recall(first) is None  # no such file any more


def test_an_interrupted_run_keeps_what_it_found(tmp_path: Path) -> None:
    files = _pictures(tmp_path, 3)

    def interrupted() -> None:
        with PredictionFile(tmp_path / "edge.npz") as memory:
            memory.keep(files[0], Detections.empty())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert PredictionFile(tmp_path / "edge.npz").recall(files[0]) is not None


def test_a_killed_run_keeps_all_but_the_last(tmp_path: Path) -> None:
    files = _pictures(tmp_path, 70)
    memory = PredictionFile(tmp_path / "edge.npz")
    for file in files:
        memory.keep(file, Detections.empty())
    known = PredictionFile(tmp_path / "edge.npz")  # nobody closed the first one
    assert [known.recall(file) is not None for file in files] == [True] * 50 + [False] * 20


@pytest.mark.parametrize("damage", ["cut", "noise", "empty", "other"])
def test_a_broken_file_is_named(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "edge.npz"
    _filled(path, _pictures(tmp_path, 3))
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[:-40], "noise": b"\x93NUMPY" + b"x" * 99}.get(damage, b""))
    if damage == "other":
        np.savez(path, pictures=np.zeros(3))
    with pytest.raises(DataError, match=r"edge\.npz is no file of predictions .* delete it"):
        PredictionFile(path)


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (file,) = _pictures(tmp_path, 1)
    memory = PredictionFile(file / "edge.npz")
    memory.keep(file, Detections.empty())
    with pytest.raises(UsageError, match=r"edge\.npz cannot be written"):
        memory.__exit__(None, None, None)
