"""Candidates take turns: what disturbs one disturbs the other, so that ratios hold."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from featherface_boards.bench.memory import available_mb
from featherface_boards.bench.more import Extras, More, more
from featherface_boards.bench.noise import Bustle, machine_load
from featherface_boards.bench.photographs import SHIPPED
from featherface_boards.bench.process import CandidateProcess
from featherface_boards.bench.schedule import LEAST_ROUNDS, Effort, scheduled
from featherface_boards.bench.sensors import Sampler
from featherface_edge.errors import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_boards.bench.candidate import Candidate, Opened, Taken, Turn, WarmedUp
    from featherface_boards.bench.record import Sustained
    from featherface_boards.bench.schedule import Schedule
    from featherface_edge.progress import Progress

_ROOT = Path("/")
ROOM = 1.2  # times the largest candidate so far: what must be left for another one


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured with what.

    photographs: files, decoded before anything is timed; pictures: what they are, in words. root:
    of the sensors' file system. extras: what is found out of each candidate after its turns.
    """

    candidates: tuple[Candidate, ...]
    photographs: tuple[Path, ...]
    pictures: str = SHIPPED
    effort: Effort = field(default_factory=Effort)
    extras: Extras = field(default_factory=Extras)
    root: Path = _ROOT

    def __post_init__(self) -> None:
        if not self.candidates or not self.photographs:
            raise ValueError("a contest needs candidates and photographs")


@dataclass(slots=True)
class Outcome:
    """What was measured of a candidate; lists: an entry for each launch, or for each turn."""

    candidate: Candidate
    opened: Opened
    cold_starts_ms: list[float] = field(default_factory=list[float])
    warm_ups: list[WarmedUp] = field(default_factory=list["WarmedUp"])
    turns: list[Taken] = field(default_factory=list["Taken"])
    bustle: Bustle = field(default_factory=Bustle)
    more: More = field(default_factory=More)


@dataclass(frozen=True, slots=True)
class Contest:
    """What a contest gave; failures: why some candidates did not take part, in words."""

    outcomes: Sequence[Outcome]
    failures: Sequence[str]
    schedule: Schedule
    sampler: Sampler
    sustained: Sustained | None = None


class Starter(NamedTuple):
    """A candidate that is open and up to speed."""

    outcome: Outcome
    process: CandidateProcess


class Conductor:
    """Who calls the candidates up. A candidate that cannot be opened takes no part."""

    def __init__(self, plan: Plan, progress: Progress) -> None:
        self._plan, self._progress = plan, progress
        self._outcomes: dict[Candidate, Outcome] = {}
        self._left = list(plan.candidates)
        self._schedule: Schedule | None = None
        self.failures: list[str] = []
        self.sampler = Sampler(plan.root)

    def hold(self) -> Contest:
        """Hold the contest.

        Raises: BenchError when no candidate can be opened, or one breaks down later.
        """
        launches = self._plan.effort.launches
        for number in range(launches):
            self._progress.stage(f"start {number + 1} of {launches}")
            with ExitStack() as stack:
                starters = self.start(stack)
                self._rounds(starters, self._schedule or self.schedule(starters))
                if number == launches - 1:
                    self.find_more(starters)
        return self.contest()

    def contest(self) -> Contest:
        """Give what there is so far.

        Raises: BenchError when no turn was taken.
        """
        if self._schedule is None:
            raise BenchError("nothing was measured: measure for longer")
        outcomes = [each for each in self._outcomes.values() if each.turns]
        return Contest(outcomes, self.failures, self._schedule, self.sampler)

    def start(self, stack: ExitStack) -> list[Starter]:
        """Open all candidates that can be, and bring them up to speed.

        Raises: BenchError when none can be opened.
        """
        found: list[Starter] = []
        for candidate in list(self._left):
            found += self._started(candidate, stack)
        if not found:
            raise BenchError("; ".join(self.failures))
        return found

    def _started(self, candidate: Candidate, stack: ExitStack) -> list[Starter]:
        try:
            return [self._warmed(candidate, stack)]
        except BenchError as error:
            self._left.remove(candidate)
            self.failures.append(str(error))
            return []

    def _require_memory(self, candidate: Candidate) -> None:
        """Raise BenchError where another candidate like those before would not fit."""
        peaks = [each.memory_mb or 0 for one in self._outcomes.values() for each in one.warm_ups]
        left = available_mb(self._plan.root)
        wanted = ROOM * max(peaks, default=0)
        if left is not None and left < wanted:
            raise BenchError(
                f"{left:.0f} MiB of memory are left for {candidate.path} with {candidate.threads} "
                f"threads, wanted {wanted:.0f}: measure fewer at a time"
            )

    def _warmed(self, candidate: Candidate, stack: ExitStack) -> Starter:
        self._require_memory(candidate)
        process = stack.enter_context(CandidateProcess(candidate))
        outcome = self._outcomes.setdefault(candidate, Outcome(candidate, process.opened))
        outcome.cold_starts_ms.append(process.cold_start_ms)
        outcome.warm_ups.append(process.warm_up(self._plan.photographs))
        return Starter(outcome, process)

    def schedule(self, starters: Sequence[Starter]) -> Schedule:
        """Give the schedule of all launches, as the first one has it."""
        paces = [each.outcome.warm_ups[-1].pace_ms for each in starters]
        self._schedule = scheduled(paces, len(self._plan.photographs), self._plan.effort)
        return self._schedule

    def _rounds(self, starters: Sequence[Starter], schedule: Schedule) -> None:
        ends = time.monotonic() + schedule.patience_s
        for number in range(schedule.rounds):
            if number >= LEAST_ROUNDS and time.monotonic() > ends:
                return  # a busy machine: there is less to learn than to wait for
            for place in schedule.order(number):
                self.take(starters[place], schedule.turn(number, place))
            self._progress.part((number + 1) / schedule.rounds)

    def take(self, starter: Starter, turn: Turn) -> Taken:
        """Let a candidate take a turn, note it, and read the sensors after it."""
        before = machine_load(self._plan.root)
        taken = starter.process.take(turn)
        outcome = starter.outcome
        outcome.bustle = outcome.bustle.during(taken.cpu_s, before, machine_load(self._plan.root))
        outcome.turns.append(taken)
        self.sampler.look()
        return taken

    def find_more(self, starters: Sequence[Starter]) -> None:
        """Find out what is not measured in turns."""
        for each in starters:
            pace = each.outcome.warm_ups[-1].pace_ms
            each.outcome.more = more(each.process, pace, self._plan.extras, self._plan.root)
