"""A float checkpoint as a detector."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from featherface_edge.detection.letterbox import Placement, letterbox, network_input
from featherface_edge.detection.postprocess import postprocess
from featherface_edge.errors import UsageError
from featherface_edge.evaluation.opening import CELL
from featherface_edge.models.checkpoints import Checkpoint, load, resized
from featherface_edge.models.registry import network

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection.types import Detections, FloatArray, Frame
    from featherface_edge.spec import ModelSpec, Thresholds

NO_FACE = -100.0  # a logit below every threshold


class CheckpointDetector:
    """Faces by a float network in PyTorch, with the pre- and post-processing of the runtime.

    size: (width, height) of the canvas, or None for every frame's own size. Networks that need
    multiples of 32 then see the frame on a padded canvas, the others the frame alone.
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
        if self.size is None:
            return self._detect_unscaled(frame)
        canvas, placement = letterbox(frame, self.spec.preprocessing)
        outputs = raw_outputs(self.model, network_input(canvas, self.spec.preprocessing))
        return postprocess(outputs, self.spec, placement, self.thresholds)

    def _detect_unscaled(self, frame: Frame) -> Detections:
        spec = _spec_for(self.spec, frame)
        canvas = frame if network(spec.built_as).any_size else _padded(frame, spec)
        outputs = raw_outputs(self.model, network_input(canvas, spec.preprocessing))
        whole = [_filled_up(values, spec, place) for place, values in enumerate(outputs)]
        placement = Placement(1.0, 1.0, frame.shape[1], frame.shape[0])
        return postprocess(whole, spec, placement, self.thresholds)


def raw_outputs(model: torch.nn.Module, tensor: FloatArray) -> list[FloatArray]:
    """The network's maps for one input (1, 3, S_h, S_w), each (cells_y, cells_x, channels).

    They are computed where the network's parameters are.
    """
    device = next((weight.device for weight in model.parameters()), torch.device("cpu"))
    with torch.inference_mode():
        maps = model(torch.from_numpy(tensor).to(device))
    return [np.ascontiguousarray(item[0].permute(1, 2, 0).cpu().numpy()) for item in maps]


def open_checkpoint(path: Path, threads: int, device: str) -> Checkpoint:
    """One of our safetensors files, its network on the device.

    Raises: UsageError when there is no such device. CheckpointError when the file cannot be used.
    """
    torch.set_num_threads(threads)
    checkpoint = load(path)
    try:
        checkpoint.model.to(device)
    # What PyTorch raises for a name that it does not know, and for a device that is not there.
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(
            f"'{device}' is no device that can be used here ({reason}): give cpu or cuda"
        ) from error
    return checkpoint


def _padded(frame: Frame, spec: ModelSpec) -> Frame:
    """The frame at the top left of a canvas of the pad colour."""
    size = spec.preprocessing
    canvas = np.empty((size.height, size.width, 3), np.uint8)
    canvas[:] = size.pad
    canvas[: frame.shape[0], : frame.shape[1]] = frame
    return canvas


def _filled_up(values: FloatArray, spec: ModelSpec, place: int) -> FloatArray:
    """The map with cells that hold no face where the canvas goes on beyond the input."""
    size, stride = spec.preprocessing, spec.outputs[place].stride
    missing = (size.height // stride - len(values), size.width // stride - values.shape[1])
    if missing == (0, 0):
        return values
    pads = ((0, missing[0]), (0, missing[1]), (0, 0))
    return np.pad(values, pads, constant_values=NO_FACE)


def _spec_for(spec: ModelSpec, frame: Frame) -> ModelSpec:
    height, width = (-(-side // CELL) * CELL for side in frame.shape[:2])
    return replace(spec, preprocessing=replace(spec.preprocessing, width=width, height=height))
