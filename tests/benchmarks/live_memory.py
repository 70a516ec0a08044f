"""Resident memory of the live runtime over many frames.

python -m tests.benchmarks.live_memory [--frames 100000] [--model FILE]

A moving scene runs through two sources that wait for the interpreter, tracking, and two sinks;
without a model a detector that always finds the same faces stands in. Prints the resident memory
every tenth of the way; the growth is counted from the first tenth on, when all buffers are there.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection import Detections
from featherface_runtime import Detector
from featherface_runtime.live import Feed, Finds, Shot, Stream
from featherface_runtime.live.finisher import Finisher
from featherface_runtime.sinks import JsonLines
from tests.fakes import model_spec

if TYPE_CHECKING:
    from featherface_edge.detection import Frame, Placement
    from featherface_edge.spec import ModelSpec, Thresholds
    from featherface_runtime.live import Result
    from featherface_runtime.sinks import StreamInfo

_PAGE = 4096
_BUFFER = 1 << 20


class Scene:
    """A source of so many frames, each a new picture, as cameras give them."""

    live = False

    def __init__(self, name: str, frames: int) -> None:
        self.name = name
        self._frames = frames
        self._number = 0

    def open(self) -> None:
        """Begin anew."""
        self._number = 0

    def read(self) -> Shot | None:
        """Give a frame of changing grey."""
        if self._number == self._frames:
            return None
        frame = np.full((240, 320, 3), self._number % 256, np.uint8)
        self._number += 1
        return Shot(frame, self.name, self._number - 1, time.monotonic(), time.time())

    def close(self) -> None:
        """Do nothing."""


class Everyone:
    """A detector that finds three faces which wander."""

    def __init__(self) -> None:
        self.spec: ModelSpec = model_spec(320, 320)
        self.thresholds: Thresholds = self.spec.thresholds
        self._count = 0

    def find(self, canvas: Frame, placement: Placement) -> Detections:
        """Give the faces."""
        self._count += 1
        left = np.array([20, 120, 200], np.float32) + self._count % 50
        boxes = np.stack((left, left, left + 40, left + 40), axis=1)
        marks = np.repeat(boxes[:, None, :2] + 20, 5, axis=1)
        found = Detections(boxes, np.array([0.9, 0.8, 0.7], np.float32), marks)
        return found if canvas.any() or placement else Detections.empty()


class Meter:
    """A sink that reads the resident memory now and then."""

    name = "meter"
    newest = False

    def __init__(self, every: int) -> None:
        self.megabytes: list[float] = []
        self._every = every
        self._count = 0

    def begin(self, info: StreamInfo) -> None:
        """Do nothing."""

    def write(self, result: Result) -> None:
        """Count, and read the memory when it is time to."""
        self._count += bool(result.shot.source)
        if self._count % self._every == 0:
            self.megabytes.append(resident())

    def close(self) -> None:
        """Do nothing."""


def resident() -> float:
    """Megabytes of the process that lie in memory."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * _PAGE / _BUFFER


def growth(frames: int, detector: Finds) -> list[float]:
    """Megabytes at every tenth of the frames."""
    meter = Meter(frames // 10)
    scenes = [Scene(name, frames // 2) for name in ("left", "right")]
    feeds = [Feed(scene.name, partial(_itself, scene)) for scene in scenes]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        sinks = (JsonLines(nowhere), meter)
        if Stream(detector, feeds, sinks, finisher=lambda _: Finisher()).run():
            sys.exit(1)
    return meter.megabytes


def _itself(scene: Scene) -> Scene:
    return scene


def main() -> None:
    """Print the memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--model", type=Path)
    args = parser.parse_args()
    detector: Finds = Detector(args.model, threads=1) if args.model else Everyone()
    began = time.monotonic()
    found = growth(args.frames, detector)
    print(" ".join(f"{each:.1f}" for each in found), "MB")
    print(
        f"{args.frames} frames in {time.monotonic() - began:.0f} s: {found[-1] - found[0]:+.2f} MB"
    )


if __name__ == "__main__":
    main()
