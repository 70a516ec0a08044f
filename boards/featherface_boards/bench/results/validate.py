"""What speaks against taking a result file into the folder that everybody reads."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from featherface_boards.bench.files import read_runs
from featherface_boards.bench.results.compare import FEWEST_TURNS, LEAST_MS
from featherface_boards.bench.results.naming import title
from featherface_edge.errors import FeatherfaceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from featherface_boards.bench.record import Run

FEWEST_FRAMES = 100  # a p99 of fewer says nothing
MOST_BYTES = 2_000_000
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*\.json")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PRIVATE = re.compile(
    r"(/home/|/Users/|/root/)[^\s\"']*|[\w.+-]+@[\w-]+\.[\w.]+|\w+://[^/\s\"]*:[^/\s\"]*@"
)


def faults(path: Path) -> list[str]:
    """Give what is wrong with a file, one line each; nothing where it can be taken."""
    try:
        runs = read_runs(path)
    except FeatherfaceError as error:
        return [str(error)]
    return [*_of_file(path, runs), *(line for run in runs for line in _of_run(run))]


def _of_file(path: Path, runs: tuple[Run, ...]) -> Iterator[str]:
    if not _NAME.fullmatch(path.name):
        yield f"the name is {path.name!r}, wanted small letters, digits, '-' and .json"
    size = path.stat().st_size
    if size > MOST_BYTES:
        yield f"the file has {size} bytes, wanted at most {MOST_BYTES}: measure fewer models in it"
    if not runs:
        yield "the file holds no run, wanted at least one"
    private = _PRIVATE.search(path.read_text(encoding="utf-8"))
    if private:
        yield f"{private[0]!r} may tell who you are: take it out"


def _of_run(run: Run) -> Iterator[str]:
    for message in (*_measured(run), *_described(run)):
        yield f"{title(run)}: {message}"


def _measured(run: Run) -> Iterator[str]:
    count = run.stages.inference.count
    if count < FEWEST_FRAMES:
        yield f"{count} inferences, wanted {FEWEST_FRAMES} or more: measure longer"
    if len(run.turns_ms) < FEWEST_TURNS:
        yield f"{len(run.turns_ms)} turns, wanted {FEWEST_TURNS} or more: measure longer"
    if min(run.stages.inference.p50, *run.turns_ms) < LEAST_MS:
        yield "a time is 0 ms, wanted above 0: measure again"
    if run.noisy:
        yield f"it is noisy ({run.noisy}): measure again where nothing else runs"


def _described(run: Run) -> Iterator[str]:
    if not _SHA256.fullmatch(run.model.sha256):
        yield f"the model's hash is {run.model.sha256!r:.70}, wanted 64 hexadecimal digits"
    if not run.board:
        yield "it says nothing of its board, wanted what fe-board probe gives"
    if not run.versions:
        yield "it has no versions, wanted those of the packages"
    try:
        begun = datetime.fromisoformat(run.started.replace("Z", "+00:00"))
    except ValueError:
        yield f"started is {run.started!r:.40}, wanted a time such as 2026-11-20T18:00:00Z"
    else:
        if begun.tzinfo is None:
            yield f"started is {run.started}, wanted one with Z or an offset from UTC"
