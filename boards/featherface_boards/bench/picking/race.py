"""From all combinations to one, within a time: a first look, then rounds that halve the rest."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_boards.bench.picking.final import GROUP, Final
from featherface_boards.bench.picking.goal import Figures, Goal, best, ranked
from featherface_boards.bench.picking.screening import Screen, Screening
from featherface_edge.errors import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_boards.bench.picking.arms import Arm
    from featherface_boards.bench.picking.means import Means
    from featherface_edge.progress import Progress

SECONDS = 60.0
_SCREENING = 0.5  # share of the time
_CLOSING_S = 3.0  # for ending the processes and writing


@dataclass(frozen=True, slots=True)
class Picked:
    """The best combination and its figures.

    finalists: the figures of all that came to the end of the last rounds. screened: how many were
    looked at; spared: how many could not win, as followed from others; untried: how many time did
    not suffice for. failures: why some could not be opened.
    """

    arm: Arm
    figures: Figures
    finalists: dict[Arm, Figures]
    screened: int
    spared: int
    untried: int
    seconds: float
    failures: tuple[str, ...]


def pick(
    arms: Sequence[Arm], goal: Goal, means: Means, progress: Progress, seconds: float = SECONDS
) -> Picked:
    """Give the best of the combinations, found within the seconds.

    Raises: BenchError when the goal allows none of them, or none can be opened.
    """
    began = means.clock()
    race = _Race(goal, means, progress, began + seconds - _CLOSING_S)
    found = race.run(arms)
    one = best(goal, found)
    if one is None:
        raise BenchError(_none(goal, found or race.seen.figures))
    return Picked(
        arm=one,
        figures=found[one],
        finalists=found,
        screened=race.screened,
        spared=len(race.seen.spared),
        untried=len(race.seen.left),
        seconds=means.clock() - began,
        failures=(*race.seen.failures, *race.final.failures),
    )


class _Race:
    """A race until its time is over; seen: the last first look."""

    def __init__(self, goal: Goal, means: Means, progress: Progress, ends: float) -> None:
        self._goal, self._means, self._progress, self._ends = goal, means, progress, ends
        self.final = Final(means)
        self.seen = Screening()
        self.screened = 0

    def run(self, arms: Sequence[Arm]) -> dict[Arm, Figures]:
        """Give the figures of the finalists.

        What the first look spared is looked at where the goal allows none of the others.
        """
        found: dict[Arm, Figures] = {}
        goal = self._goal
        with closing(Screen(self._means)) as screen:
            while arms and best(goal, found) is None and not (found and self._over()):
                self._look(screen, arms)
                if not found:
                    _require_some(arms, self.seen, goal)
                self._progress.stage("the best of them in turns")
                found |= _last_rounds(self.final, self.seen.figures, goal, self._ends)
                arms = self.seen.spared
        return found

    def _look(self, screen: Screen, arms: Sequence[Arm]) -> None:
        self._progress.stage("a first look at the combinations")
        count, now = len(arms), self._means.clock()
        ends = now + _SCREENING * (self._ends - now)
        self.seen = screen.look(
            arms, self._goal, ends, lambda done: self._progress.part(done / count)
        )
        self.screened += len(self.seen.figures)

    def _over(self) -> bool:
        return self._means.clock() >= self._ends


def _last_rounds(
    final: Final, seen: Mapping[Arm, Figures], goal: Goal, ends: float
) -> dict[Arm, Figures]:
    """Give the figures of finalists: of one group after the other, until the goal allows one."""
    found: dict[Arm, Figures] = {}
    order: list[Arm] = ranked(goal, seen)
    while order and best(goal, found) is None and not (found and final.over(ends)):
        ended = final.hold(order[:GROUP], goal, ends)
        found |= ended
        # Who was halved away may come again; where none could be started, none does.
        rest = order if ended else order[GROUP:]
        order = [
            arm
            for arm in rest
            if arm not in found and not _cannot_keep(seen[arm], seen, found, goal)
        ]
    return found


def _cannot_keep(
    one: Figures, seen: Mapping[Arm, Figures], found: Mapping[Arm, Figures], goal: Goal
) -> bool:
    """Give whether it breaks a ceiling even with the shortest tail and the least power of others.

    one: of the first look, as `seen`.
    """
    tails = [each.p99_ms / seen[arm].p50_ms for arm, each in found.items()]
    watts = [each.energy_mj / each.p50_ms for each in found.values() if each.energy_mj is not None]
    energy = one.p50_ms * min(watts, default=0.0)
    likely = Figures(one.p50_ms, one.p50_ms * min(tails, default=1.0), energy)
    return not goal.keeps(likely)


def _require_some(arms: Sequence[Arm], seen: Screening, goal: Goal) -> None:
    if not any(map(goal.precise, arms)):
        most = max(arm.ap for arm in arms)
        message = (
            f"no model has an AP of {100 * (goal.min_ap or 0):g} %, the best has "
            f"{100 * most:.1f} %: lower --min-ap"
        )
        raise BenchError(message)
    if not seen.figures:
        raise BenchError("; ".join(seen.failures) or "no time was left to look: give --seconds")


def _none(goal: Goal, figures: Mapping[Arm, Figures]) -> str:
    quick = min(figures, key=lambda arm: figures[arm].p99_ms)
    wanted = [
        f"p99 of at most {goal.max_p99_ms:g} ms" if goal.max_p99_ms else "",
        f"at most {goal.max_energy_mj:g} mJ" if goal.max_energy_mj else "",
    ]
    return (
        f"no combination keeps {' and '.join(filter(None, wanted))}; the quickest was {quick} with "
        f"p99 {figures[quick].p99_ms:.2f} ms: raise the ceiling, or lower --min-ap"
    )
