"""Time of two artifacts in turn: python tests/benchmarks/compare.py FIRST SECOND PHOTOGRAPH.

Prints the median and the least time of inference (uint8 canvas in, raw maps out) and the ratio A /
B, taken pair by pair: absolute times of a shared machine mean little, the ratio holds.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from featherface_edge.detection.letterbox import letterbox
from featherface_edge.images import read_image
from featherface_edge.spec import from_json
from featherface_runtime.backends import BackendOptions, open_backend

if TYPE_CHECKING:
    from collections.abc import Callable

WARM_UP = 10


def inference(path: Path, photograph: Path, threads: int) -> Callable[[], object]:
    """One inference of the artifact on the photograph, ready to be called again and again."""
    backend = open_backend(path, BackendOptions(threads))
    canvas, _ = letterbox(read_image(photograph), from_json(backend.manifest).preprocessing)
    return lambda: backend.infer(canvas)


def milliseconds(call: Callable[[], object]) -> float:
    """Time of one call."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1e3


def main() -> None:
    """Compare the two files that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("first", "second", "photograph"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    calls = [inference(path, args.photograph, args.threads) for path in (args.first, args.second)]
    for _ in range(WARM_UP):
        for call in calls:
            call()
    pairs = [tuple(milliseconds(call) for call in calls) for _ in range(args.runs)]
    for index, path in enumerate((args.first, args.second)):
        times = [pair[index] for pair in pairs]
        print(f"{path.name}: median {median(times):.2f} ms, least {min(times):.2f} ms")
    least = [min(pair[index] for pair in pairs) for index in (0, 1)]
    ratios = [pair[0] / pair[1] for pair in pairs]
    print(f"ratio: median {median(ratios):.3f}, of the least times {least[0] / least[1]:.3f}")


if __name__ == "__main__":
    main()
