"""Memory of a long build: python tests/benchmarks/calibration_stream.py [--frames 100000].

A camera gives frames that are all different: scenes of noise, at 64x64, so that most of the time
goes into what does not depend on the network. Prints the most memory that the process ever took, in
MB, as the build goes on, and the milliseconds a frame.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from featherface_calibration.building import Order, build, runtime

if TYPE_CHECKING:
    from featherface_edge.detection import Frame

STEPS = 10


class Shot(NamedTuple):
    """A frame of noise."""

    frame: Frame
    sequence: int
    wall: float


class Noise:
    """A source of frames of noise; tells now and then how it goes."""

    name, live = "noise", False

    def __init__(self, frames: int) -> None:
        self._frames, self._given = frames, 0
        self._began = time.perf_counter()

    def open(self) -> None:
        """Nothing is to be opened."""

    def read(self) -> Shot | None:
        """The next frame."""
        if self._given == self._frames:
            return None
        if self._given and self._given % (self._frames // STEPS) == 0:
            spent = 1e3 * (time.perf_counter() - self._began) / self._given
            print(f"{self._given} frames: {peak_mb():.0f} MB, {spent:.1f} ms a frame", flush=True)
        rng = np.random.default_rng(self._given)
        cells = (rng.random((8, 8, 3)) * rng.uniform(40, 255)).astype(np.uint8)
        frame = np.empty((48, 64, 3), np.uint8)
        cv2.resize(cells, (64, 48), dst=frame, interpolation=cv2.INTER_CUBIC)
        self._given += 1
        return Shot(frame, self._given - 1, 0.0)

    def close(self) -> None:
        """Nothing was opened."""


def peak_mb() -> float:
    """The most memory that the process ever took."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Build, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--size", type=int, default=256)
    args = parser.parse_args()
    source = Noise(args.frames)

    def opened(uri: str) -> Noise:
        del uri
        return source

    setattr(runtime, "open_source", opened)  # noqa: B010 -- a stand-in, as types go
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "set.calib"
        told = build(
            Order(("noise:",), args.size, out, (64, 64)), lambda line: print(line, file=sys.stderr)
        )
        print(f"{told.pictures} pictures of {told.counts}: {peak_mb():.0f} MB")


if __name__ == "__main__":
    main()
