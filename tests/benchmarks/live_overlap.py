"""What is gained by capturing, preparing and inferring at the same time.

python -m tests.benchmarks.live_overlap MODEL [--size 1280x720] [--frames 300]

A Motion JPEG file of a moving scene is read as quickly as the interpreter takes it: one frame after
the other in one thread, and as a Stream. Both wait for every frame, so frames a second compare.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import cv2

from featherface_runtime import Detector
from featherface_runtime.live import Feed, Stream
from featherface_runtime.sources import open_source

ROUNDS = 3


def film(path: Path, size: str, frames: int) -> None:
    """Write a moving scene."""
    scene = open_source(f"test:?size={size}&fps=1000&live=false")
    scene.open()
    width, height = map(int, size.split("x"))
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (width, height))
    for _ in range(frames):
        shot = scene.read()
        if shot is not None:
            writer.write(cv2.cvtColor(shot.frame, cv2.COLOR_RGB2BGR))
    writer.release()


def one_by_one(path: Path, detector: Detector) -> tuple[int, int]:
    """Frames and faces, everything in one thread."""
    source, frames, faces = open_source(str(path)), 0, 0
    source.open()
    while (shot := source.read()) is not None:
        faces += len(detector.detect(shot.frame))
        frames += 1
    source.close()
    return frames, faces


def at_once(path: Path, detector: Detector) -> tuple[int, int]:
    """Frames by a Stream."""
    stream = Stream(detector, [Feed("film", lambda: open_source(str(path)))])
    stream.run()
    return stream.snapshot().sources[0].inferred, 0


def main() -> None:
    """Print frames a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--frames", type=int, default=300)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder, Detector(args.model, threads=1) as detector:
        path = Path(folder) / "film.avi"
        film(path, args.size, args.frames)
        for _ in range(ROUNDS):
            for way in (one_by_one, at_once):
                began = time.perf_counter()
                frames, _ = way(path, detector)
                rate = frames / (time.perf_counter() - began)
                print(f"{way.__name__}: {frames} frames, {rate:.1f} a second")


if __name__ == "__main__":
    main()
