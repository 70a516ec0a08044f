"""fe-bench compare: whether one result is quicker than another."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.bench.files import read_runs
from featherface_boards.bench.results.compare import compared, pairs
from featherface_boards.bench.results.naming import counted, title
from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from featherface_boards.bench.ratio import Ratio
    from featherface_boards.bench.record import Run
    from featherface_boards.bench.results.compare import Comparison

_BOTH = 2


def run(words: list[str], _args: argparse.Namespace) -> int:
    """Show how the results of two files compare, or those of one with its first; give 0.

    Raises: UsageError for another number of files, or for files that cannot be compared.
    """
    if len(words) not in {1, _BOTH}:
        message = f"compare has {len(words)} files, wanted two, or one of several models"
        raise UsageError(message)
    files = [read_runs(Path(word)) for word in words]
    found = pairs(*files) if len(files) == _BOTH else _within(files[0])
    sys.stdout.write("\n".join(described(compared(*pair)) for pair in found))
    return 0


def _within(runs: Sequence[Run]) -> list[tuple[Run, Run]]:
    if len(runs) < _BOTH:
        count = counted(len(runs), "run")
        message = f"the file has {count}, wanted several: name a second file, or measure several"
        raise UsageError(message)
    return [(runs[0], other) for other in runs[1:]]


def described(found: Comparison) -> str:
    """Give the comparison in a few lines."""
    how = "in turns" if found.paired else "apart"
    said = "significant" if found.speedup.significant else "not significant"
    lines = [
        f"{title(found.first)}: {_times(found.first)}",
        f"{title(found.second)}: {_times(found.second)}",
        f"  measured {how}; the second: {found.verdict}",
        f"  p50: {_ratio(found.speedup)} times as fast, {said}",
        f"  p99: {_ratio(found.p99)} times as fast",
        *(f"  note: {note}" for note in found.notes),
    ]
    return "\n".join(lines) + "\n"


def _ratio(found: Ratio) -> str:
    return f"{found.value:.3f} ({found.interval.low:.3f} to {found.interval.high:.3f})"


def _times(run: Run) -> str:
    times = run.stages.inference
    return f"p50 {times.p50:.3f} ms, p99 {times.p99:.3f} ms"
