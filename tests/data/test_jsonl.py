from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from featherface_edge.data.formats import read_dataset
from featherface_edge.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


def test_what_a_line_may_leave_out(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    lines = [
        '{"file": "a b\u2028c.jpg", "boxes": [[1, 2, 3, 4.5]]}',
        "",
        '{"file": "d", "boxes": null}',
    ]
    path.write_text("\r\n".join(lines), encoding="utf-8")
    first, second = read_dataset(path)
    assert first.name == "a b\u2028c"
    assert (first.dataset, first.size, first.ignore.tolist()) == ("mine", None, [False])
    assert second.boxes is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "no JSON, expecting property name"),
        ('{"file": "a.jpg"}', "found no 'boxes'"),
        ('{"boxes": []}', "found no 'file'"),
        ("[]", "wanted an object"),
        ('{"file": 3, "boxes": []}', "file is 3, wanted a string"),
        ('{"file": "", "boxes": []}', "wanted the file name"),
        ('{"file": "a\\u0000", "boxes": []}', "wanted the file name"),
        ('{"file": "a\\ud800", "boxes": []}', "wanted the file name"),
        ('{"file": "' + "a" * 256 + '", "boxes": []}', "wanted the file name"),
        ('{"file": "a", "boxes": [[1, 2, 3]]}', "wanted 4 numbers"),
        ('{"file": "a", "boxes": [[1, 2, 3, null]]}', "wanted a number"),
        ('{"file": "a", "boxes": [[1, 2, 3, true]]}', "wanted a number"),
        ('{"file": "a", "boxes": [[1, 2, 3, 1e999]]}', "inf is not between"),
        ('{"file": "a", "boxes": [[1, 2, 3, 1' + "0" * 400 + "]]}", "too large"),
        ('{"file": "a", "boxes": {}}', "boxes is .*, wanted an array"),
        ('{"file": "a", "boxes": [], "ignore": [true]}', "found 1 ignore flags for 0 boxes"),
        ('{"file": "a", "boxes": [[1, 2, 3, 4]], "ignore": ["no"]}', "wanted true or false"),
        ('{"file": "a", "boxes": [[1, 2, 3, 4]], "landmarks": [[1]]}', "wanted 10 numbers"),
        ('{"file": "a", "boxes": [], "width": 4.5, "height": 3}', "wanted a whole number"),
        ("[" * 100_000, "nested too deeply"),
    ],
    ids=lambda value: value[:40] if len(value) > 40 else value,
)
def test_broken_lines_are_named(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    good = json.dumps({"file": "ok.jpg", "boxes": []})
    path.write_text(f"{good}\n{line}\n{good}\n", encoding="utf-8")
    with pytest.raises(DataError, match=rf"labels\.jsonl, line 2: .*{message}"):
        read_dataset(path)
