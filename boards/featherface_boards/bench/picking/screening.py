"""A first look at the combinations, one after the other.

All of an interpreter are opened in one process, because starting one takes longer than looking. On
a machine with other work each photograph's least time counts: other processes only ever add to it.
What cannot win, as follows from others, is not looked at: a larger canvas where only the quickest
counts, and less precise ones where a more precise one is far below the ceiling.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from featherface_boards.bench.candidate import Turn
from featherface_boards.bench.picking.goal import TIE, Figures
from featherface_edge.errors import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from featherface_boards.bench.picking.arms import Arm
    from featherface_boards.bench.picking.goal import Goal
    from featherface_boards.bench.picking.means import Means
    from featherface_boards.bench.process import CandidateProcess

LOOK_S = 0.15  # at each combination
_MOST_PASSES = 40
_SURE = 3.0  # a least time so many times below the ceiling leaves room for p99
_HOPELESS = 2.0  # times the ceiling: no other number of threads halves the time of most of them


@dataclass(slots=True)
class Screening:
    """What the first look gave.

    figures: of those that were looked at. spared: those that cannot win, as follows from others.
    left: those that time did not suffice for. failures: why some could not be opened.
    """

    figures: dict[Arm, Figures] = field(default_factory=dict["Arm", Figures])
    spared: list[Arm] = field(default_factory=list["Arm"])
    left: list[Arm] = field(default_factory=list["Arm"])
    failures: list[str] = field(default_factory=list[str])


class Screen:
    """Looks at combinations; close it, which ends its processes."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._processes: dict[str, CandidateProcess] = {}

    def look(
        self, arms: Iterable[Arm], goal: Goal, ends: float, tell: Callable[[int], None]
    ) -> Screening:
        """Look at the combinations that are precise enough, until the clock says `ends`.

        tell: told how many were dealt with.
        """
        found = Screening()
        for number, arm in enumerate(ordered(arms, goal)):
            if _cannot_win(arm, goal, found):
                found.spared.append(arm)
            elif self._means.clock() >= ends:
                found.left.append(arm)
            else:
                self._look_at(arm, found)
            tell(number + 1)
        return found

    def close(self) -> None:
        """End the processes."""
        while self._processes:
            self._processes.popitem()[1].close()

    def _look_at(self, arm: Arm, found: Screening) -> None:
        try:
            least = self._least_ms(arm)
        except BenchError as error:
            found.failures.append(str(error))
            # It may have brought its process down: the next one gets another.
            self._drop(arm.engine)
        else:
            found.figures[arm] = Figures(least, least)

    def _drop(self, engine: str) -> None:
        process = self._processes.pop(engine, None)
        if process is not None:
            process.close()

    def _least_ms(self, arm: Arm) -> float:
        """Give the least time of a frame; of a slow one, that of the first photograph alone."""
        process = self._opened(arm)
        (once,) = process.take(Turn(0, 1, 1)).end_to_end
        count = len(self._means.photographs)
        passes = min(round(LOOK_S * 1e3 / (once * count)), _MOST_PASSES)
        if not passes:
            return once
        times = np.array(process.take(Turn(0, count, passes)).end_to_end)
        return float(times.reshape(passes, count).min(axis=0).mean())

    def _opened(self, arm: Arm) -> CandidateProcess:
        process = self._processes.get(arm.engine)
        if process is None:
            process = self._processes[arm.engine] = self._means.open_process(arm.candidate)
            process.show(self._means.photographs)
        else:
            process.exchange(arm.candidate)
        return process


def ordered(arms: Iterable[Arm], goal: Goal) -> list[Arm]:
    """Give those that are precise enough, in the order in which they promise most.

    Where the quickest is sought: small canvases first; else the most precise first.
    """
    wanted = [arm for arm in arms if goal.precise(arm)]
    if goal.limited:
        return sorted(wanted, key=lambda arm: (-arm.ap, -arm.threads))
    return sorted(wanted, key=lambda arm: (arm.area, -arm.threads))


def _cannot_win(arm: Arm, goal: Goal, found: Screening) -> bool:
    if not goal.limited:  # the smaller one is quicker, and precise enough
        dealt_with = (*found.figures, *found.left)
        return any(each.kin == arm.kin and each.area < arm.area for each in dealt_with)
    most = goal.max_p99_ms
    return most is not None and any(
        _outdone(arm, each, looked.p50_ms / most) for each, looked in found.figures.items()
    )


def _outdone(arm: Arm, other: Arm, share: float) -> bool:
    """Give whether another one leaves it no chance; share: of the ceiling that the other needs."""
    surely_better = other.ap > arm.ap + TIE and share <= 1 / _SURE
    same_file = other.candidate.path == arm.candidate.path
    return surely_better or (same_file and share > _HOPELESS)
