"""Whether fe-board tune finds the best combination of this machine, and in what time.

python -m tests.benchmarks.picking measure all.json [--rounds 5]
python -m tests.benchmarks.picking check all.json

`measure` takes every combination in every round, in another order each time, each in a process of
its own; it goes on where it was interrupted. `check` lets tune choose for several goals, and finds
each choice's place among all combinations: its time over that of the best one, by what `measure`
found.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from featherface_boards.bench.candidate import Turn
from featherface_boards.bench.photographs import shipped_photographs
from featherface_boards.bench.picking import Arm, Field, Figures, Goal, Means, arms, best, pick
from featherface_boards.bench.picking.tuning import FRAMES
from featherface_boards.bench.process import CandidateProcess
from featherface_edge.errors import BenchError
from featherface_edge.files import write_text
from featherface_edge.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    Rounds = dict[str, list[list[float]]]

GOALS = (
    Goal(min_ap=0.5),
    Goal(min_ap=0.65),
    Goal(min_ap=0.75),
    Goal(max_p99_ms=33.0),
    Goal(max_p99_ms=8.0),
    Goal(max_p99_ms=3.0),
    Goal(min_ap=0.6, max_p99_ms=5.0),
)
TURN_S = 0.5  # of each combination in each round


def main() -> int:
    """Measure or check."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=["measure", "check"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    photographs = shipped_photographs()[:FRAMES]
    with tempfile.TemporaryDirectory() as folder:
        every = arms(Field(), Path(folder))
        if args.task == "measure":
            measure(every, photographs, args.file, args.rounds)
        else:
            check(every, Means(photographs), args.file)
    return 0


def measure(every: Sequence[Arm], photographs: Sequence[Path], file: Path, rounds: int) -> None:
    """Write the frame times of every combination in every round."""
    held: Rounds = defaultdict(list, json.loads(file.read_text()) if file.exists() else {})
    random = np.random.default_rng(0)
    for number in range(rounds):
        for place in random.permutation(len(every)).tolist():
            arm = every[int(place)]
            if len(held[str(arm)]) <= number:
                held[str(arm)].append(frame_times(arm, photographs))
        write_text(file, json.dumps(held))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)


def frame_times(arm: Arm, photographs: Sequence[Path]) -> list[float]:
    """Give the milliseconds of whole frames for half a second."""
    with CandidateProcess(arm.candidate) as process:
        process.show(photographs)
        count = len(photographs)
        once = process.take(Turn(0, count, 3)).end_to_end
        passes = max(2, round(TURN_S * 1e3 / (count * float(np.median(once)))))
        return list(process.take(Turn(0, count, passes)).end_to_end)


def figures(file: Path) -> dict[str, Figures]:
    """Give the figures of every combination: the median over the rounds of each."""
    held: Rounds = json.loads(file.read_text())
    found: dict[str, Figures] = {}
    for name, rounds in held.items():
        p50, p99 = np.median([np.percentile(each, (50, 99)) for each in rounds], axis=0)
        found[name] = Figures(float(p50), float(p99))
    return found


def check(every: Sequence[Arm], means: Means, file: Path) -> None:
    """Print a line for each goal."""
    known = figures(file)
    measured = {arm: known[str(arm)] for arm in every}
    print(f"{len(every)} combinations")
    for goal in GOALS:
        wanted = best(goal, measured)
        began = time.monotonic()
        try:
            found = pick(every, goal, means, Progress(lambda _: None, (36.0, 12.0)))
        except BenchError as error:
            print(f"{goal}: {error} (all measured: {wanted})")
            continue
        spent = time.monotonic() - began
        print(f"{goal}: {spent:.1f} s, chose {found.arm}")
        if wanted is not None:
            cost = known[str(found.arm)].p50_ms / measured[wanted].p50_ms
            verdict = "the best" if found.arm == wanted else f"the best is {wanted}"
            lost = 100 * (wanted.ap - found.arm.ap)
            print(f"  {verdict}; {cost:.3f} of its time, {lost:+.1f} points of AP lost")


if __name__ == "__main__":
    raise SystemExit(main())
