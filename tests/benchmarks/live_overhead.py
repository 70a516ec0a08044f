"""Time of everything but the interpreter, as a share of the interpreter's.

python -m tests.benchmarks.live_overhead MODEL PHOTOGRAPH [--frame 640x480] [--yunet FILE]

One thread. Least and median time of each step on the photograph, scaled to the frame: letterbox
into a canvas of before, the interpreter by itself, the numbers in and out of it, decode and
suppression, tracking, a copy with boxes drawn, and its JPEG for viewers without a browser; the
preview page draws in the browser. With --yunet: cv2.FaceDetectorYN from frame to faces, beside the
Detector.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.detection import letterbox, postprocess
from featherface_edge.detection.resize import resize
from featherface_edge.images import read_image
from featherface_runtime import Detector
from featherface_runtime.annotate import annotate
from featherface_runtime.backends import BackendOptions, open_backend
from featherface_runtime.track import Tracker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from featherface_edge.detection import Frame

RUNS = 300
LETTERBOX, BARE, WHOLE, DECODE, TRACK, DRAW, JPEG = (
    "letterbox",
    "interpreter",
    "interpreter with numbers in and out",
    "decode and suppress",
    "track",
    "draw",
    "JPEG",
)
DETECTOR, YUNET = "Detector, frame to faces", "FaceDetectorYN"
WARM_UP = 20


def times(calls: Mapping[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Milliseconds of each call, in turn, so that all meet the same machine."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for run in range(WARM_UP + RUNS):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            if run >= WARM_UP:
                found[name].append((time.perf_counter() - began) * 1e3)
    return found


def interpreter(path: Path) -> Callable[[], object]:
    """The vendor's own call and nothing else, on the input that is in place; TFLite only."""
    bare = import_module("ai_edge_litert.interpreter").Interpreter(
        model_path=str(path), num_threads=1
    )
    bare.allocate_tensors()
    invoke: Callable[[], object] = bare.invoke
    return invoke


def paths(model: Path, frame: Frame) -> list[dict[str, Callable[[], object]]]:
    """The steps of a frame, and what viewers cost beside it."""
    backend, detector = open_backend(model, BackendOptions(1)), Detector(model, threads=1)
    spec, tracker, moments = detector.spec, Tracker(), iter(range(10**9))
    canvas, placement = letterbox(frame, spec.preprocessing)
    outputs, faces = backend.infer(canvas), detector.detect(frame)
    drawn = annotate(frame, faces)
    return [
        {
            LETTERBOX: lambda: letterbox(frame, spec.preprocessing, canvas),
            BARE: interpreter(model),
            WHOLE: lambda: backend.infer(canvas),
            DECODE: lambda: postprocess(outputs, spec, placement),
            TRACK: lambda: tracker.update(faces, next(moments) / 30),
        },
        {DETECTOR: lambda: detector.detect(frame)},
        {
            DRAW: lambda: annotate(frame, faces),
            JPEG: lambda: cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, 80]),
        },
    ]


def rivals(file: Path, frame: Frame) -> list[dict[str, Callable[[], object]]]:
    """OpenCV's own face detector on the frame, and on a square of 320 pixels."""
    turned = np.ascontiguousarray(frame[..., ::-1])
    small = resize(turned, 320, 320)
    calls: list[dict[str, Callable[[], object]]] = []
    for name, picture in (("frame", turned), ("320x320", small)):
        height, width = picture.shape[:2]
        found = cv2.FaceDetectorYN.create(str(file), "", (width, height), 0.5, 0.4)
        calls.append({f"{YUNET}, {name}": partial(found.detect, picture)})
    return calls


def main() -> None:
    """Print a line a step, and the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("photograph", type=Path)
    parser.add_argument("--frame", default="640x480")
    parser.add_argument("--yunet", type=Path)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    width, height = map(int, args.frame.split("x"))
    frame = resize(read_image(args.photograph), width, height)
    groups = paths(args.model, frame) + (rivals(args.yunet, frame) if args.yunet else [])
    found = {name: each for group in groups for name, each in times(group).items()}
    least = {name: min(each) for name, each in found.items()}
    print(f"{args.model.name}, frame {args.frame}")
    for name, each in found.items():
        share = 100 * least[name] / least[BARE]
        print(f"{name:36} least {least[name]:7.3f} ms  median {median(each):7.3f}  {share:6.1f} %")
    core = least[WHOLE] - least[BARE] + least[LETTERBOX] + least[DECODE]
    totals = {
        "letterbox, numbers, decode, suppress": core,
        "and tracking": core + least[TRACK],
        "and a drawn JPEG": core + sum(least[each] for each in (TRACK, DRAW, JPEG)),
    }
    for name, total in totals.items():
        print(f"{name:36} {total:.3f} ms, {100 * total / least[BARE]:.1f} % of the interpreter")
    for name in (each for each in found if each.startswith(YUNET)):
        print(f"{name} takes {least[name] / least[DETECTOR]:.1f} times as long as the Detector")


if __name__ == "__main__":
    main()
