"""What shipped models find in a shipped photograph, as JSON: the same program on any machine.

`python tests/arm/detections.py > tests/arm/golden.json` makes the expectations anew, on x86 with
VNNI; names of models, such as edge-nano-320x320-tflite, choose of them. It needs the installed
package and nothing of the tests.

The photograph is first scaled to fit the canvas in the one way of OpenCV that gives the same pixels
on every processor. Its quick way, the letterbox's, differs by one in up to a third of the bytes
between x86 and ARM: that would be compared then, and not the interpreters.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from featherface_edge.images import read_image
from featherface_runtime import Detector
from featherface_runtime.zoo import SHELF, Shipped, read_index

if TYPE_CHECKING:
    from collections.abc import Iterable

    from featherface_edge.detection import Detections, Frame
    from featherface_runtime.zoo import Artifact

_PHOTOGRAPH = Path("photos", "proof", "07-crowd-grass.jpg")  # of featherface_calibration
_DIGITS = 3
# A face: x1, y1, x2, y2, score in percent, five landmarks x, y; pixels of the canvas.
Rows: TypeAlias = "list[list[float]]"
Found: TypeAlias = "dict[str, Rows]"


def shipped() -> dict[str, Artifact]:
    """Give the shipped models by name, such as edge-nano-320x320-tflite."""
    every = read_index(SHELF).artifacts
    return {f"{each.network}-{each.size}-{each.format}": each for each in every}


def faces(artifact: Artifact) -> Rows:
    """Give the faces that a model finds in the photograph."""
    wish = Shipped(artifact.network, (artifact.width, artifact.height), artifact.format)
    with Detector(wish, threads=1) as detector:
        return _rows(detector.detect(fitted(artifact.width, artifact.height)))


def fitted(width: int, height: int) -> Frame:
    """Give the photograph as large as it just fits a canvas; the letterbox only copies it."""
    frame = _photograph()
    scale = min(width / frame.shape[1], height / frame.shape[0])
    target = round(frame.shape[1] * scale), round(frame.shape[0] * scale)
    return cv2.resize(frame, target, interpolation=cv2.INTER_LINEAR_EXACT).astype(np.uint8)


@cache
def _photograph() -> Frame:
    found = importlib.util.find_spec("featherface_calibration")
    assert found is not None
    assert found.origin is not None
    return read_image(Path(found.origin).parent / _PHOTOGRAPH)


def _rows(found: Detections) -> Rows:
    points = found.landmarks.reshape(len(found), -1)
    table = np.concatenate([found.boxes, 100 * found.scores[:, None], points], axis=1)
    rows: Rows = table.astype(np.float64).round(_DIGITS).tolist()
    return rows


def main(names: Iterable[str]) -> None:
    """Print what the models of these names find, or all of them."""
    every = shipped()
    found: Found = {name: faces(every[name]) for name in names or every}
    lines = (f" {json.dumps(name)}: {json.dumps(rows)}" for name, rows in found.items())
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
