"""A measurement as the command line asks for it: held, shown, written."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from featherface_boards.bench.contest import Conductor, Plan
from featherface_boards.bench.endurance import endure
from featherface_boards.bench.field import field
from featherface_boards.bench.files import write_runs
from featherface_boards.bench.given import effort, extras, require_together, wish
from featherface_boards.bench.outcome import circumstances, runs
from featherface_boards.bench.photographs import SHIPPED, photographs_in, shipped_photographs
from featherface_boards.bench.schedule import Effort
from featherface_boards.bench.summary import table
from featherface_edge.progress import Progress

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from featherface_boards.bench.candidate import Candidate
    from featherface_boards.bench.record import Run

_START_S = 2.0  # of a candidate, until it is warm


class Measured(NamedTuple):
    """The runs of those that took part, and why others did not, in words."""

    runs: list[Run]
    failures: list[str]


def run(words: list[str], args: argparse.Namespace) -> int:
    """Measure the models, show a table; give 0, or 1 when some could not take part.

    Raises: UsageError when what is asked for does not fit together. BenchError when nothing could
    be measured.
    """
    require_together(args)
    with ExitStack() as stack:
        plan = planned(field(wish(words, args), stack), args)
        found = (measure_sustained if args.sustained else measure)(plan, _say)
    sys.stdout.write(table(found.runs) + "\n")
    for failure in found.failures:
        _say(f"not measured: {failure}")
    if args.out:
        write_runs(args.out, found.runs)
    return 1 if found.failures else 0


def planned(candidates: tuple[Candidate, ...], args: argparse.Namespace) -> Plan:
    """Give the plan that the flags make of the candidates."""
    photographs = photographs_in(args.photos) if args.photos else shipped_photographs()
    pictures = "the user's photographs" if args.photos else SHIPPED
    much = Effort(args.sustained, 1) if args.sustained else effort(args)
    return Plan(candidates, photographs, pictures, much, extras(args))


def measure(plan: Plan, say: Callable[[str], None]) -> Measured:
    """Let the candidates of a plan take turns, and give the records; say: told how far it is.

    Raises: BenchError when none of them can be measured.
    """
    shared = circumstances(plan.root)
    each = plan.effort.seconds / plan.effort.launches + _START_S
    expected = [each * len(plan.candidates)] * plan.effort.launches
    contest = Conductor(plan, Progress(say, expected)).hold()
    return Measured(runs(plan, contest, shared), list(contest.failures))


def measure_sustained(plan: Plan, say: Callable[[str], None]) -> Measured:
    """Let the only candidate of a plan work without a pause, and give its record.

    Raises: BenchError when it cannot be measured. UsageError when there are several.
    """
    shared = circumstances(plan.root)
    contest = endure(plan, Progress(say, [_START_S, plan.effort.seconds]))
    return Measured(runs(plan, contest, shared), list(contest.failures))


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
