"""fe-bench validate: whether result files can be taken into the common folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.bench.results.published import NAME, published
from featherface_boards.bench.results.validate import faults
from featherface_edge.errors import FeatherfaceError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable


def run(words: list[str], _args: argparse.Namespace) -> int:
    """Say of each file whether it holds; give 0.

    words: files, and folders whose .json files and published.toml are meant.

    Raises: UsageError when one does not hold, or when there is none.
    """
    paths = [path for word in words for path in listed(Path(word))]
    if not paths:
        message = "there is no result here, wanted files of fe-bench or folders of them: name one"
        raise UsageError(message)
    found = {path: _faults(path) for path in paths}
    for path, lines in found.items():
        sys.stdout.write("".join(f"{path}: {line}\n" for line in lines or ["holds"]))
    bad = sum(bool(lines) for lines in found.values())
    if bad:
        raise UsageError(f"{bad} of {len(found)} files do not hold: mend what stands above")
    return 0


def listed(path: Path) -> Iterable[Path]:
    """Give the results in a folder, a file itself."""
    if not path.is_dir():
        return [path]
    return [*sorted(path.glob("*.json")), *path.glob(NAME)]


def _faults(path: Path) -> list[str]:
    if path.name != NAME:
        return faults(path)
    try:
        published(path)
    except FeatherfaceError as error:
        return [str(error)]
    return []
