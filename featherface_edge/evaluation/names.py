"""Names of files, made fit to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_UNSHOWABLE = "\N{REPLACEMENT CHARACTER}"


def shown(text: str) -> str:
    """The text in one line, without characters that a terminal or a page would act on."""
    return "".join(letter if letter.isprintable() else _UNSHOWABLE for letter in text)


def short_names(paths: Sequence[Path]) -> list[str]:
    """What to call each of the files: its name, or the whole path where names are alike.

    Raises: UsageError when a file is named twice.
    """
    if len(set(paths)) < len(paths):
        twice = next(path for place, path in enumerate(paths) if path in paths[:place])
        raise UsageError(f"{twice} is given twice: name every model once")
    names = [path.name for path in paths]
    return [shown(path.name if names.count(path.name) == 1 else str(path)) for path in paths]
