"""Time of decode and suppression alone, 640x640 with 300 faces, and of OpenCV's own suppression.

python tests/benchmarks/post_processing.py
"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from featherface_edge.detection.anchors import anchors
from featherface_edge.detection.decode import encode_boxes, encode_landmarks
from featherface_edge.detection.letterbox import Placement
from featherface_edge.detection.postprocess import postprocess
from featherface_edge.detection.suppress import suppress
from featherface_edge.spec import AnchorLevel, Kind, ModelSpec, OutputMap, Preprocessing, Thresholds

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_edge.detection.types import FloatArray

SIDE, FACES, RUNS = 640, 300, 200
LEVELS = (AnchorLevel(8, (16, 32)), AnchorLevel(16, (64, 128)), AnchorLevel(32, (256, 512)))
KINDS: tuple[Kind, ...] = ("score", "box", "landmark")


def crowd_spec() -> ModelSpec:
    """The manifest of an edge network at 640x640."""
    return ModelSpec(
        network="edge",
        version="0",
        precision="float32",
        preprocessing=Preprocessing(
            SIDE, SIDE, colour="rgb", mean=(128, 128, 128), scale=1.0, pad=(128, 128, 128)
        ),
        levels=LEVELS,
        outputs=tuple(
            OutputMap(f"{kind}_{level.stride}", level.stride, kind)
            for level in LEVELS
            for kind in KINDS
        ),
        weights_sha256="0" * 64,
    )


def crowd_outputs() -> list[FloatArray]:
    """Raw maps of a crowd of 300 faces, each found by all anchors within half its size."""
    random = np.random.default_rng(0)
    corners = np.stack(np.meshgrid(np.arange(20), np.arange(15)), -1).reshape(-1, 2) * (32, 42)
    faces = np.concatenate((corners, corners + random.uniform(14, 30, (FACES, 1))), 1)
    outputs: list[FloatArray] = []
    for grid in anchors(LEVELS, SIDE, SIDE):
        flat = grid.reshape(-1, 4)
        centres = (faces[:, :2] + faces[:, 2:]) / 2
        distance = np.abs(flat[:, None, :2] - centres[None]).max(axis=2)
        owner = distance.argmin(axis=1)
        sizes = faces[:, 2] - faces[:, 0]
        near = (distance.min(axis=1) < sizes[owner] / 2) & (flat[:, 2] < 2 * sizes[owner])
        logits = np.where(near, random.uniform(1, 6, len(flat)), -6.0).astype(np.float32)
        boxes = faces[owner].astype(np.float32)
        marks = np.repeat(centres[owner][:, None], 5, axis=1).astype(np.float32)
        deltas = (
            logits,
            encode_boxes(boxes, flat, (0.1, 0.2)),
            encode_landmarks(marks, flat, (0.1, 0.2)),
        )
        outputs += [values.reshape(*grid.shape[:2], -1).astype(np.float32) for values in deltas]
    return outputs


def main() -> None:
    """Print the times for thresholds 0.5 and 0.02."""
    spec, outputs = crowd_spec(), crowd_outputs()
    placement = Placement(1.0, 1.0, SIDE, SIDE)
    for score in (0.5, 0.02):
        limits, times = Thresholds(score=score), list[float]()
        for _ in range(RUNS):
            times.append(seconds(lambda: postprocess(outputs, spec, placement, limits)) * 1e3)  # noqa: B023 -- called at once
        found = postprocess(outputs, spec, placement, limits)
        above = sum(int((item > 0).sum()) for item in outputs[::3])
        print(
            f"score {score}: {above} candidates, {len(found.scores)} faces, "
            f"median {median(times):.2f} ms, least {min(times):.2f} ms"
        )
    rival(spec, outputs)


def rival(spec: ModelSpec, outputs: list[FloatArray]) -> None:
    """Print the time of suppression of the same boxes here and by cv2.dnn.NMSBoxes."""
    placement = Placement(1.0, 1.0, SIDE, SIDE)
    every = postprocess(outputs, spec, placement, Thresholds(score=0.5, iou=1.0))
    corners = every.boxes.copy()
    corners[:, 2:] -= corners[:, :2]
    shuffled = np.random.default_rng(1).permutation(len(every))
    boxes, scores = every.boxes[shuffled], every.scores[shuffled]
    corners = corners[shuffled]
    nms: Any = cv2.dnn.NMSBoxes  # takes arrays, whatever its types say
    calls: dict[str, Callable[[], object]] = {
        "suppress": lambda: suppress(boxes, scores, 0.4),
        "cv2.dnn.NMSBoxes": lambda: nms(corners, scores, 0.5, 0.4),
    }
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(RUNS):  # in turn, so that both meet the same machine
        for name, call in calls.items():
            times[name].append(seconds(call) * 1e3)
    for name, each in times.items():
        print(f"{name} of {len(boxes)}: median {median(each):.2f} ms, least {min(each):.2f} ms")
    here, there = (min(each) for each in times.values())
    print(f"cv2.dnn.NMSBoxes takes {there / here:.1f} times as long")


def seconds(call: Callable[[], object]) -> float:
    """Time of one call."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
