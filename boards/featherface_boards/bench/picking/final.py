"""The last combinations take turns in processes of their own, and half of them go after a while."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from featherface_boards.bench.candidate import Turn
from featherface_boards.bench.more import drawn_w
from featherface_boards.bench.picking.goal import Figures, ranked
from featherface_boards.bench.schedule import TURN_MS
from featherface_edge.errors import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_boards.bench.picking.arms import Arm
    from featherface_boards.bench.picking.goal import Goal
    from featherface_boards.bench.picking.means import Means
    from featherface_boards.bench.process import CandidateProcess

GROUP = 6  # that take turns
LAST = 2  # that are not halved any more
CERTAIN_FRAMES = 400  # of the last two, if time suffices
_FIRST_TURNS = 4  # of the first round; each later one has twice as many
_WARMING_FRAMES = 12
_MIDDLE, _EARLY, _LATE = 50.0, 90.0, 99.0  # percentiles that stand for p99 as time goes on


class _Rival(NamedTuple):
    arm: Arm
    process: CandidateProcess
    times: list[float]

    def figures(self, percentile: float, energy_mj: float | None = None) -> Figures:
        """Give what its frames took so far; percentile: that stands for p99."""
        p50, late = np.percentile(self.times, (50, percentile))
        return Figures(float(p50), float(late), energy_mj)


class Final:
    """Holds the last rounds."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._watts: float | None = None
        self.failures: list[str] = []

    def over(self, ends: float) -> bool:
        """Give whether the clock says `ends`."""
        return self._means.clock() >= ends

    def hold(self, arms: Sequence[Arm], goal: Goal, ends: float) -> dict[Arm, Figures]:
        """Give the figures of those that came to the end, which is when the clock says `ends`."""
        with ExitStack() as stack:
            rivals = self._all_started(arms, stack, ends)
            turns = _FIRST_TURNS
            self._rounds(rivals, turns, ends)
            while self._hopeful(rivals, goal) and not (_decided(rivals) or self.over(ends)):
                rivals = _better_half(rivals, goal)
                turns *= 2
                self._rounds(rivals, turns, ends)
            return {rival.arm: rival.figures(_LATE, self._energy(rival, goal)) for rival in rivals}

    def _all_started(self, arms: Sequence[Arm], stack: ExitStack, ends: float) -> list[_Rival]:
        """Start the processes, two in any case, more while less than half of the time is over."""
        began, found = self._means.clock(), list[_Rival]()
        for arm in arms:
            if len(found) < LAST or 2 * (self._means.clock() - began) < ends - began:
                found += self._started(arm, stack)
        return found

    def _started(self, arm: Arm, stack: ExitStack) -> list[_Rival]:
        try:
            process = stack.enter_context(self._means.open_process(arm.candidate))
            process.show(self._means.photographs)
            process.take(Turn(0, _WARMING_FRAMES, 1))
        except BenchError as error:
            self.failures.append(str(error))
            return []
        return [_Rival(arm, process, [])]

    def _rounds(self, rivals: Sequence[_Rival], turns: int, ends: float) -> None:
        """Let each have its turns; only who comes after the end of time gets fewer."""
        count = len(self._means.photographs)
        for number in range(turns):
            if number and self._means.clock() >= ends:
                return
            for rival in rivals if number % 2 else reversed(rivals):
                pace = np.median(rival.times) if rival.times else TURN_MS / count
                passes = max(1, round(TURN_MS / (count * pace)))
                taken = rival.process.take(Turn(0, count, passes))
                rival.times.extend(taken.end_to_end)

    def _hopeful(self, rivals: Sequence[_Rival], goal: Goal) -> bool:
        """Give whether one of them may keep the ceilings, all drawing what the first one did."""
        if rivals and goal.max_energy_mj is not None and self._watts is None:
            first = rivals[0]
            pace = float(np.median(first.times))
            self._watts = drawn_w(first.process, pace, self._means.root)
        quick = [rival.figures(_MIDDLE).p50_ms for rival in rivals]
        watts = self._watts or 0.0
        return any(goal.keeps(Figures(p50_ms, p50_ms, watts * p50_ms)) for p50_ms in quick)

    def _energy(self, rival: _Rival, goal: Goal) -> float | None:
        if goal.max_energy_mj is None:
            return None
        pace = float(np.median(rival.times))
        watts = drawn_w(rival.process, pace, self._means.root)
        return None if watts is None else watts * pace


def _decided(rivals: Sequence[_Rival]) -> bool:
    return len(rivals) <= LAST and len(rivals[0].times) >= CERTAIN_FRAMES


def _better_half(rivals: Sequence[_Rival], goal: Goal) -> list[_Rival]:
    """Give the better half; those that look as if they were not allowed go first."""
    figures = {rival.arm: rival.figures(_EARLY) for rival in rivals}
    order = ranked(goal, figures)
    rest = sorted(set(figures) - set(order), key=lambda arm: figures[arm].p99_ms)
    kept = set([*order, *rest][: max(LAST, len(rivals) // 2)])
    return [rival for rival in rivals if rival.arm in kept]
