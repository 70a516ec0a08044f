from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.detection import Placement
from featherface_edge.errors import DataError
from featherface_edge.sketch import (
    Sketch,
    inside,
    model_of,
    names_of,
    noted,
    read_sketch,
    usual,
    write_sketch,
)
from tests.fakes import model_spec

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import Frame

SPEC = model_spec()
SIDE = SPEC.preprocessing.width


def canvas(level: int) -> Frame:
    return np.full((SPEC.preprocessing.height, SIDE, 3), level, np.uint8)


def outputs(value: float) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    return [np.full((2, 2, 4), value, np.float32) for _ in SPEC.outputs]


def sketch() -> Sketch:
    names = names_of(SPEC)
    samples = np.arange(3.0 * (1 + len(names))).reshape(3, -1)
    return Sketch(model_of(SPEC), names, 30, samples)


def test_numbers_have_names() -> None:
    names = names_of(SPEC)
    found = dict(zip(names, noted(canvas(90), placed(), outputs(2), SPEC).tolist(), strict=True))
    assert found["brightness"] == found["dark"] == found["bright"] == 90
    assert found["contrast"] == found["edges"] == found["colour"] == 0
    assert all(value == 2 for name, value in found.items() if name.endswith("highest"))


def placed() -> Placement:
    return Placement(1.0, 1.0, SIDE, SPEC.preprocessing.height)


def test_padding_is_not_noted() -> None:
    picture = canvas(10)
    picture[SPEC.preprocessing.height // 2 :] = SPEC.preprocessing.pad
    place = inside(picture, SPEC.preprocessing)
    assert place.frame_height == SPEC.preprocessing.height // 2
    assert noted(picture, place, outputs(0), SPEC)[0] == 10


def test_an_empty_canvas_is_no_error() -> None:
    picture = canvas(0)
    picture[:] = SPEC.preprocessing.pad
    assert np.isfinite(noted(picture, inside(picture, SPEC.preprocessing), outputs(0), SPEC)).all()


def test_colours_are_told_apart() -> None:
    picture = canvas(50)
    picture[..., 0] = 80
    found = dict(zip(names_of(SPEC), noted(picture, placed(), outputs(0), SPEC), strict=True))
    assert found["warmth"] == 30
    assert found["colour"] == 30


def test_file_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_sketch(path, sketch())
    found = read_sketch(path)
    assert (found.model, found.names, found.seen) == (model_of(SPEC), names_of(SPEC), 30)
    assert np.array_equal(found.samples, sketch().samples)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema_version": 2, "model": {}, "names": [], "seen": 0, "samples": []}',
        '{"schema_version": 1, "model": {}, "names": ["a"], "seen": 0, "samples": [[1]]}',
        '{"schema_version": 1, "model": {}, "names": ["a"], "seen": 0, "samples": [[1, NaN]]}',
        "[" * 100_000,
    ],
    ids=["empty", "list", "nothing", "version", "short", "nan", "deep"],
)
def test_damaged_files_are_one_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="is no whole sketch"):
        read_sketch(path)


def test_quantiles_rise() -> None:
    found = usual(np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32), ("a", "b"))
    assert found.pictures == 40
    assert list(found.quantiles) == ["a", "b"]
    assert json.loads(json.dumps(found.quantiles["a"])) == sorted(found.quantiles["a"])
