"""Ten shipped photographs, labelled by the shipped network: a real data set for tests."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import torch

from featherface_edge.evaluation.checkpoint import CheckpointDetector
from featherface_edge.images import read_image
from featherface_edge.models.checkpoints import load, shipped
from featherface_edge.spec import Thresholds

PHOTOS = Path(str(files("featherface_calibration") / "photos" / "calibration"))
CHOSEN = ("00", "01", "03", "04", "06", "08", "10", "11", "12", "22")


@cache
def entries() -> tuple[str, ...]:
    """One JSON line a photograph, with absolute paths."""
    torch.manual_seed(0)
    detector = CheckpointDetector(load(shipped()), (320, 320), Thresholds(score=0.6))
    lines: list[str] = []
    for number in CHOSEN:
        file = next(PHOTOS.glob(f"{number}-*.jpg"))
        found = detector.detect(read_image(file))
        marks = found.landmarks.reshape(-1, 10).tolist()
        boxes = found.boxes.tolist()
        lines.append(json.dumps({"file": str(file), "boxes": boxes, "landmarks": marks}))
    return tuple(lines)


def write_labels(path: Path, count: int = len(CHOSEN)) -> Path:
    """A JSON-lines file of the first `count` photographs."""
    path.write_text("".join(f"{line}\n" for line in entries()[:count]), encoding="utf-8")
    return path
