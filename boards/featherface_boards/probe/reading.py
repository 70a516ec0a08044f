"""Small files of the kernel: what they say, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST_BYTES = 1 << 24  # a large system's list of packages has some millions
_MOST_DIGITS = 18


def said(path: Path) -> str:
    """Give the text of a file without its ends; empty when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(_MOST_BYTES).decode("utf-8", "replace").strip(" \t\r\n\0")
    except OSError:
        return ""


def counted(path: Path) -> int:
    """Give the whole number in a file; 0 when there is none."""
    return whole(said(path))


def whole(text: str) -> int:
    """Give the number that a text is, 18 digits at most; 0 when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


def pairs(text: str, separator: str) -> Iterator[tuple[str, str]]:
    """Yield name and value of every line that has the separator."""
    for line in text.splitlines():
        name, found, value = line.partition(separator)
        if found:
            yield name.strip(), value.strip()
