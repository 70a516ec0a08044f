"""What it costs that fe-bench looks at the clock: the same frames with and without, in turn.

python tests/benchmarks/bench_overhead.py [MODEL] [--rounds 200]
"""

from __future__ import annotations

import argparse
import gc
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from featherface_boards.bench.candidate import Candidate, Turn
from featherface_boards.bench.photographs import shipped_photographs
from featherface_boards.bench.ratio import paired_ratio
from featherface_boards.bench.sensors import Sampler
from featherface_boards.bench.subject import Own
from featherface_boards.bench.turns import take_turn
from featherface_edge.detection import letterbox, postprocess
from featherface_edge.images import read_image
from featherface_edge.spec import from_json
from featherface_runtime import BackendOptions, open_backend
from featherface_runtime.zoo import model_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from featherface_edge.detection import Frame

PASSES = 5
SAMPLES = 50


def bare(path: Path) -> Callable[[Frame], object]:
    """Give what finds faces in a frame and looks at no clock."""
    backend = open_backend(path, BackendOptions(1))
    spec = from_json(backend.manifest)

    size = spec.preprocessing
    canvas = np.empty((size.height, size.width, 3), np.uint8)

    def find(frame: Frame) -> object:
        _, placement = letterbox(frame, size, canvas)
        return postprocess(backend.infer(canvas), spec, placement)

    return find


def seconds(call: Callable[[], object]) -> float:
    """Give what the call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def bare_pass(find: Callable[[Frame], object], frames: Sequence[Frame]) -> float:
    """Give the seconds of all frames, once awake, without Python's garbage collection."""
    gc.collect()  # before anything else: it empties the processor's caches
    gc.disable()
    try:
        for frame in frames:
            find(frame)
        return seconds(lambda: [find(frame) for frame in frames])
    finally:
        gc.enable()


def measured_pass(subject: Own, frames: Sequence[Frame]) -> float:
    """Give the seconds of all frames, and of all that fe-bench notes between them."""
    taken = take_turn(subject, frames, Turn(0, len(frames), 1))
    return taken.seconds[-1] - taken.seconds[0] + taken.end_to_end[-1] / 1e3


def least(call: Callable[[], float]) -> float:
    """Give the least of some passes: other programs only ever add time."""
    return min(call() for _ in range(PASSES))


def compare(path: Path, rounds: int) -> None:
    """Show how much longer measured frames take, and what a sample of the sensors takes."""
    frames = [read_image(file) for file in shipped_photographs()]
    find, subject = bare(path), Own(Candidate(str(path)))
    plain: list[float] = []
    measured: list[float] = []
    for number in range(rounds):
        if number % 2:
            plain.append(least(lambda: bare_pass(find, frames)))
        measured.append(least(lambda: measured_pass(subject, frames)))
        if not number % 2:
            plain.append(least(lambda: bare_pass(find, frames)))
    ratio = paired_ratio(measured, plain)
    low, high = ratio.interval.low, ratio.interval.high
    print(f"measured frames by bare ones: {ratio.value:.4f} ({low:.4f}-{high:.4f})")
    sampler = Sampler(Path("/"), pause_s=0.0)
    spent = min(seconds(sampler.look) for _ in range(SAMPLES))
    print(f"a sample of the sensors, between turns, once a second: {1e3 * spent:.2f} ms")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="edge-nano")
    parser.add_argument("--rounds", type=int, default=200)
    args = parser.parse_args()
    with model_file(args.model) as path:
        compare(path, args.rounds)


if __name__ == "__main__":
    main()
