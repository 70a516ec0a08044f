"""Label files as text: every fault with its file and line."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from featherface_edge.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from featherface_edge.spec.model_spec import JsonValue

LARGEST = 1e6  # pixels; no camera's picture is wider, so a larger number is a damaged one


def read_text(path: Path) -> str:
    """The text of a label file, without a byte order mark.

    Raises: DataError when it cannot be read or is no UTF-8, with the line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror}): give a readable label file"
        ) from error
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{path}, line {line}: byte {data[error.start]:#04x} is no UTF-8: "
            "give an undamaged text file in UTF-8"
        ) from error


def numbered_lines(path: Path) -> list[tuple[int, str]]:
    """Number and text of every line that is not blank, numbers from 1.

    Only a line feed ends a line: file names may hold the other characters that str.splitlines
    stops at.

    Raises: DataError as `read_text`.
    """
    lines = read_text(path).split("\n")
    return [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]


@contextmanager
def place(path: Path, where: str) -> Generator[None, None, None]:
    """Turn what the block refuses into a DataError that names the file and `where` in it."""
    try:
        yield
    except (ValueError, OverflowError) as error:
        raise DataError(f"{path}, {where}: {error}: correct or remove it") from error


def numbers(words: Sequence[str]) -> list[float]:
    """The numbers that the words spell.

    Raises: ValueError when one is no number, not finite or beyond a million.
    """
    try:
        return plausible([float(word) for word in words])
    except ValueError as error:
        raise ValueError(f"found {' '.join(words)!r:.80}, wanted numbers ({error})") from error


def plausible(values: Sequence[float]) -> list[float]:
    """The values themselves.

    Raises: ValueError when one is not finite or beyond a million.
    """
    for value in values:
        if not abs(value) <= LARGEST:  # false for NaN too
            raise ValueError(f"{value:g} is not between -{LARGEST:,.0f} and {LARGEST:,.0f}")
    return list(values)


def count(word: str, wanted: str) -> int:
    """The whole number, 0 or more, that the word spells.

    Raises: ValueError when it is none.
    """
    if not (word.isascii() and word.isdigit() and len(word) <= 9):  # noqa: PLR2004 - digits
        raise ValueError(f"found {word!r:.60}, wanted {wanted}")
    return int(word)


def parsed_json(text: str) -> JsonValue:
    """The value that the JSON text holds.

    Raises: ValueError when it is no JSON, or nested too deeply to read.
    """
    try:
        value: JsonValue = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON, {error.msg.lower()} at column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("JSON nested too deeply to be labels") from error
    return value
