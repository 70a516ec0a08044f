"""Whether one run is quicker than another, and by how much.

Runs that took turns with each other are compared turn by turn: what slowed one slowed the other, so
the ratio holds on a busy machine too. Runs that were measured apart are compared by the medians of
their turns; what moves between two measurements of the same thing on the same board is not in their
spread, so their interval is widened by APART.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from featherface_boards.bench.ratio import Ratio, paired_ratio
from featherface_boards.bench.record import Span
from featherface_boards.bench.results.naming import board_name, key, title
from featherface_boards.bench.spread import span
from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_boards.bench.record import Run, Spread
    from featherface_boards.bench.spread import Times

Verdict = Literal["quicker", "slower", "no difference seen", "not to be trusted"]

APART = 0.03  # share by which the same thing may differ between two measurements
FEWEST_TURNS = 5
_ALLOWED = math.log1p(APART)
_DRAWS = 2000
_SEED = 0
LEAST_MS = 1e-6  # what is below was not measured


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many times as fast the second run is as the first one, by the inferences of their turns.

    p99: the same of the 99th percentiles. paired: whether the two took turns. notes: what else
    differs, or why not to trust it, in words.
    """

    first: Run
    second: Run
    speedup: Ratio
    p99: Ratio
    paired: bool
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What the figures say of the second run."""
        if not self.paired and any(run.noisy for run in (self.first, self.second)):
            return "not to be trusted"
        if not self.speedup.significant:
            return "no difference seen"
        return "quicker" if self.speedup.value > 1 else "slower"


def pairs(first: Sequence[Run], second: Sequence[Run]) -> list[tuple[Run, Run]]:
    """Give the runs of two files that belong together.

    The only runs of both are compared whatever they are, the others where they measured the same.

    Raises: UsageError when nothing is in both.
    """
    if len(first) == len(second) == 1:
        return [(first[0], second[0])]
    others = {key(run): run for run in second}
    found = [(run, others[key(run)]) for run in first if key(run) in others]
    if not found:
        here, there = (", ".join(map(title, runs)) or "nothing" for runs in (first, second))
        message = f"one has {here}, the other {there}: name files that measured the same"
        raise UsageError(message)
    return found


def compared(first: Run, second: Run) -> Comparison:
    """Compare the two.

    Raises: UsageError when one has too few turns to tell how far its times move.
    """
    for run in (first, second):
        if len(run.turns_ms) < FEWEST_TURNS:
            message = (
                f"{title(run)} has {len(run.turns_ms)} turns, wanted {FEWEST_TURNS} or more: "
                "measure longer"
            )
            raise UsageError(message)
    _require_times(first, second)
    paired = (first.contest, len(first.turns_ms)) == (second.contest, len(second.turns_ms))
    ratio = (paired_ratio if paired else apart_ratio)(first.turns_ms, second.turns_ms)
    tails = [run.stages.inference for run in (first, second)]
    return Comparison(
        first=first,
        second=second,
        speedup=ratio,
        p99=Ratio(tails[0].p99 / tails[1].p99, _tail_interval(*tails, paired=paired)),
        paired=paired,
        notes=_notes(first, second),
    )


def _require_times(*runs: Run) -> None:
    for run in runs:
        if min(*run.turns_ms, run.stages.inference.p99) < LEAST_MS:
            message = f"{title(run)} has a time of 0 ms, wanted some above 0: measure again"
            raise UsageError(message)


def apart_ratio(mine: Sequence[float], theirs: Sequence[float]) -> Ratio:
    """Give time by time, of turns that were not taken together; both: milliseconds above 0."""
    random = np.random.default_rng(_SEED)
    logs = [np.log(np.asarray(turns, np.float64)) for turns in (mine, theirs)]
    value = float(np.median(logs[0]) - np.median(logs[1]))
    found = span(_medians(logs[0], random) - _medians(logs[1], random))
    low, high = np.exp((found.low - _ALLOWED, found.high + _ALLOWED))
    return Ratio(math.exp(value), Span(float(low), float(high)))


def _medians(values: Times, random: np.random.Generator) -> Times:
    """Give the medians of draws with replacement, (_DRAWS,)."""
    drawn: Times = np.median(values[random.integers(0, len(values), (_DRAWS, len(values)))], axis=1)
    return drawn


def _tail_interval(first: Spread, second: Spread, *, paired: bool) -> Span:
    """Give the interval of the ratio of p99, their own intervals taken as independent."""
    middle = math.log(first.p99 / second.p99)
    lower = [math.log(each.p99 / _clipped(each.p99_interval.low, each)) for each in (first, second)]
    upper = [math.log(max(each.p99, each.p99_interval.high) / each.p99) for each in (first, second)]
    wider = 0.0 if paired else _ALLOWED
    low = middle - math.hypot(lower[0], upper[1]) - wider
    high = middle + math.hypot(upper[0], lower[1]) + wider
    return Span(math.exp(low), math.exp(high))


def _clipped(low: float, found: Spread) -> float:
    return max(min(low, found.p99), LEAST_MS)


def _notes(first: Run, second: Run) -> tuple[str, ...]:
    """Give what a reader must know of the comparison."""
    boards = [board_name(run) for run in (first, second)]
    told = [
        f"other boards: {boards[0]} and {boards[1]}" if boards[0] != boards[1] else "",
        "the same model in other files: the hashes differ"
        if key(first)[:4] == key(second)[:4] and first.model.sha256 != second.model.sha256
        else "",
        *_versions(first, second),
    ]
    for name, run in (("first", first), ("second", second)):
        told.append(f"the {name} is noisy: {run.noisy}" if run.noisy else "")
        told.append(f"the board was throttled during the {name}" if run.throttled else "")
    return tuple(filter(None, told))


def _versions(first: Run, second: Run) -> list[str]:
    names = sorted(first.versions.keys() & second.versions.keys())
    found = [(name, first.versions[name], second.versions[name]) for name in names]
    return [f"{name} {before}, then {after}" for name, before, after in found if before != after]
