"""Stand-ins for what a test must not need: a model file, an interpreter, a trained network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection import anchors
from featherface_edge.spec import AnchorLevel, ModelSpec, OutputMap, Preprocessing, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.detection import FloatArray, Frame
    from featherface_edge.spec import Kind

KINDS: tuple[tuple[str, Kind, int], ...] = (
    ("cls", "score", 1),
    ("box", "box", 4),
    ("landmark", "landmark", 10),
)
LEVELS = (AnchorLevel(8, (16, 32)), AnchorLevel(16, (64, 128)), AnchorLevel(32, (256, 512)))
QUIET = -20.0


def preprocessing(width: int = 64, height: int = 64) -> Preprocessing:
    """Give the preprocessing of a small network."""
    return Preprocessing(width, height, "rgb", (128.0, 128.0, 128.0), 1.0, (128, 128, 128))


def model_spec(width: int = 64, height: int = 64) -> ModelSpec:
    """Give the spec of a small network with the three levels and nine outputs of the real ones."""
    return ModelSpec(
        network="edge",
        version="0.1.0",
        precision="float32",
        preprocessing=preprocessing(width, height),
        levels=LEVELS,
        outputs=tuple(
            OutputMap(f"{name}_{level.stride}", level.stride, kind)
            for level in LEVELS
            for name, kind, _ in KINDS
        ),
        weights_sha256="0" * 64,
    )


def quiet_outputs(spec: ModelSpec) -> list[FloatArray]:
    """Give raw outputs without a face, (cells_y, cells_x, channels) each."""
    size = spec.preprocessing
    outputs: list[FloatArray] = []
    for grid in anchors(spec.levels, size.width, size.height):
        for _, kind, count in KINDS:
            fill = QUIET if kind == "score" else 0.0
            shape = (*grid.shape[:2], grid.shape[2] * count)
            outputs.append(np.full(shape, fill, np.float32))
    return outputs


def one_face(spec: ModelSpec, row: int = 2, column: int = 3) -> list[FloatArray]:
    """Give raw outputs with one sure face: the first anchor of a cell of the finest level."""
    outputs = quiet_outputs(spec)
    outputs[0][row, column, 0] = 4.0
    return outputs


class FakeBackend:
    """A Backend that gives the same outputs for every canvas, and remembers the canvases."""

    def __init__(self, spec: ModelSpec, outputs: Sequence[FloatArray]) -> None:
        self.manifest = to_json(spec)
        self.engine = "fake 1.0 (slow)"
        self.outputs = list(outputs)
        self.canvases: list[Frame] = []
        self.closed = False

    def infer(self, canvas: Frame) -> Sequence[FloatArray]:
        """Give the outputs."""
        self.canvases.append(canvas)
        return self.outputs

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True
