"""Files of photographs that a folder, a list or a label file names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from featherface_edge.errors import DataError
from featherface_edge.images import IMAGE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


def photographs_of(path: Path) -> tuple[Path, ...]:
    """Give the photographs that `path` stands for, each once: never none, and every file is there.

    A folder: all pictures in it and below, by name. A .jsonl file: the "file" of each line, beside
    the label file. A .txt file: a path a line, beside the list. A picture: itself.

    Raises: DataError when nothing is found, a line cannot be read, or a named file is missing.
    """
    if path.is_dir():
        found: Iterable[Path] = sorted(each for each in path.rglob("*") if is_picture(each))
    elif path.suffix.lower() in _LISTS:
        found = _listed(path, _LISTS[path.suffix.lower()])
    elif is_picture(path):
        found = (path,)
    else:
        raise DataError(
            f"{path} is no folder, list (.jsonl, .txt) or picture: give one of them for calibration"
        )
    photographs = tuple(dict.fromkeys(found))
    if not photographs:
        raise DataError(f"{path} names no photograph, wanted at least one: add pictures to it")
    return photographs


def is_picture(path: Path) -> bool:
    """Tell whether the file is there and its suffix is one of a picture."""
    return path.suffix.lower() in IMAGE_SUFFIXES and path.is_file()


def _listed(path: Path, name_in: Callable[[str], str]) -> list[Path]:
    """Give the files named by the lines of `path`, relative ones beside it."""
    found: list[Path] = []
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            photograph = path.parent / name_in(line.strip())
        except ValueError as error:
            raise DataError(f"{path}, line {number}: {error}: correct the line") from error
        if not photograph.is_file():
            raise DataError(f"{path}, line {number} names {photograph}, which is missing: add it")
        found.append(photograph)
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check the path") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text: save the list as UTF-8") from error


def _name_in_json(line: str) -> str:
    match json.loads(line):
        case {"file": str(name)}:
            return name
        case _:
            raise ValueError('found no text under "file"')


def _name_in_text(line: str) -> str:
    return line


_LISTS: dict[str, Callable[[str], str]] = {".jsonl": _name_in_json, ".txt": _name_in_text}
