"""What `trackers` 2.6.1 of Roboflow (Apache-2.0), its ByteTrack, answers to detections.

Rewritten by `python tests/benchmarks/tracking.py --golden`, where that package is installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection import Detections
from tests.runtime.track.faces import faces_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray
    from tests.runtime.track.scenes import Answer

FILE = Path(__file__).parent / "bytetrack.npz"


def write(faces: Sequence[Detections], truths: Sequence[Answer], answers: Sequence[Answer]) -> None:
    """Write the detections, and who the truths and the answers say is in them."""
    np.savez_compressed(
        FILE,
        faces=np.concatenate([_table(n, each.scores, each.boxes) for n, each in enumerate(faces)]),
        truths=np.concatenate([_table(n, *each) for n, each in enumerate(truths)]),
        answers=np.concatenate([_table(n, *each) for n, each in enumerate(answers)]),
    )


def read() -> tuple[list[Detections], list[Answer], list[Answer]]:
    """Give the detections of each frame, the truths and the answers."""
    with np.load(FILE) as held:
        tables = {name: held[name] for name in ("faces", "truths", "answers")}
    count = int(tables["truths"][:, 0].max()) + 1
    frames = {
        name: [table[table[:, 0] == number, 1:] for number in range(count)]
        for name, table in tables.items()
    }
    named = {
        name: [(each[:, 0].astype(np.intp), each[:, 1:]) for each in frames[name]]
        for name in ("truths", "answers")
    }
    faces = [
        Detections(each[:, 1:], each[:, 0], faces_at(each[:, 1:]).landmarks)
        for each in frames["faces"]
    ]
    return faces, named["truths"], named["answers"]


def _table(number: int, column: NDArray[np.generic], boxes: FloatArray) -> FloatArray:
    """Give rows of frame, score or identity, box; tenths of a pixel are enough."""
    head = np.stack((np.full(len(column), number), column), axis=1)
    table: FloatArray = np.hstack((head, boxes.round(1))).astype(np.float32)
    return table
