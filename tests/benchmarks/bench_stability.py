"""How far fe-bench agrees with itself: the same comparison again and again.

python tests/benchmarks/bench_stability.py [--times 10] [--work FOLDER] [fe-bench's words ...]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from featherface_boards.bench.files import read_runs
from featherface_boards.bench.summary import ratio_to

WORDS = ("edge-nano", "edge", "--backend", "litert")
PROGRAM = "import sys; from featherface_edge.cli import main; sys.exit(main())"


def compared(words: list[str], out: Path) -> list[tuple[str, float]]:
    """Give the ratio of each candidate to the first, by its name, of a comparison made anew."""
    command = [sys.executable, "-c", PROGRAM, "bench", *words, "--out", str(out)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    first, *others = read_runs(out)
    found: list[tuple[str, float]] = []
    for place, run in enumerate(others, 2):
        ratio = ratio_to(run, first)
        if ratio:
            noise = " (noisy)" if run.noisy or first.noisy else ""
            name = f"{place} {run.model.name} {run.engine} {run.threads}"
            print(
                f"{name}: {ratio.value:.4f} "
                f"({ratio.interval.low:.4f}-{ratio.interval.high:.4f}){noise}",
                flush=True,
            )
            found.append((name, ratio.value))
    return found


def main() -> None:
    """Compare, and show how far the ratios are spread."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--work", type=Path, default=Path("bench-stability"))
    args, words = parser.parse_known_args()
    ratios: dict[str, list[float]] = {}
    for number in range(args.times):
        for name, value in compared(words or list(WORDS), args.work / f"{number:02}.json"):
            ratios.setdefault(name, []).append(value)
    for name, values in ratios.items():
        reach = (max(values) - min(values)) / (sum(values) / len(values))
        print(f"{name}: {min(values):.4f} to {max(values):.4f}, {reach:.2%} from end to end")


if __name__ == "__main__":
    main()
