"""fe-bench report: a page of all results in a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.bench.files import read_runs
from featherface_boards.bench.results.naming import counted
from featherface_boards.bench.results.page import page
from featherface_boards.bench.results.published import NAME, published
from featherface_boards.bench.results.validating import listed
from featherface_edge.errors import UsageError
from featherface_edge.files import write_text

if TYPE_CHECKING:
    import argparse

_PAGE = "report.html"
_BOTH = 2


def run(words: list[str], _args: argparse.Namespace) -> int:
    """Write the page; give 0.

    words: a folder of results or one of them, and where the page goes (report.html).

    Raises: UsageError for another number of words, or when there is no result, or no page can be
    written.
    """
    if len(words) not in {1, _BOTH}:
        message = f"report has {len(words)} words, wanted a folder of results, and maybe a page"
        raise UsageError(message)
    paths = [path for path in listed(Path(words[0])) if path.name != NAME]
    if not paths:
        message = f"{words[0]} has no .json file, wanted results of fe-bench: name their folder"
        raise UsageError(message)
    runs = [each for path in paths for each in read_runs(path)]
    target = Path(words[1] if len(words) == _BOTH else _PAGE)
    try:
        write_text(target, page(runs, published()))
    except OSError as error:
        message = f"{target} cannot be written ({error.strerror}): choose another"
        raise UsageError(message) from error
    sys.stdout.write(f"{target}: {counted(len(runs), 'run')} of {counted(len(paths), 'file')}\n")
    return 0
