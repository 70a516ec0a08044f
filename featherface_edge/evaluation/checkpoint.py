"""A float checkpoint as a detector."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from featherface_edge.detection.letterbox import letterbox, network_input
from featherface_edge.detection.postprocess import postprocess
from featherface_edge.models.checkpoints import Checkpoint, load, resized

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection.types import Detections, FloatArray, Frame
    from featherface_edge.spec import ModelSpec, Thresholds

CELL = 32  # sides of a canvas are multiples of the largest stride


class CheckpointDetector:
    """Faces by a float network in PyTorch, with the pre- and post-processing of the runtime.

    size: (width, height) of the canvas, or None for every frame's own size, padded to multiples of
    32.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        size: tuple[int, int] | None,
        thresholds: Thresholds | None = None,
    ) -> None:
        self.model = checkpoint.model
        self.thresholds = thresholds
        self.spec = resized(checkpoint.spec, *size) if size else checkpoint.spec
        self.size = size

    def detect(self, frame: Frame) -> Detections:
        """The faces of the frame (H, W, 3), RGB uint8, in its pixels."""
        spec = self.spec if self.size else _spec_for(self.spec, frame)
        canvas, placement = letterbox(frame, spec.preprocessing)
        outputs = raw_outputs(self.model, network_input(canvas, spec.preprocessing))
        return postprocess(outputs, spec, placement, self.thresholds)


def raw_outputs(model: torch.nn.Module, tensor: FloatArray) -> list[FloatArray]:
    """The network's maps for one input (1, 3, S_h, S_w), each (cells_y, cells_x, channels)."""
    with torch.inference_mode():
        maps = model(torch.from_numpy(tensor))
    return [np.ascontiguousarray(item[0].permute(1, 2, 0).numpy()) for item in maps]


def open_detector(
    path: Path, thresholds: Thresholds, size: tuple[int, int] | None, threads: int
) -> CheckpointDetector:
    """The detector of one of our safetensors files; size None = every frame's own."""
    torch.set_num_threads(threads)
    return CheckpointDetector(load(path), size, thresholds)


def _spec_for(spec: ModelSpec, frame: Frame) -> ModelSpec:
    height, width = (-(-side // CELL) * CELL for side in frame.shape[:2])
    return replace(spec, preprocessing=replace(spec.preprocessing, width=width, height=height))
