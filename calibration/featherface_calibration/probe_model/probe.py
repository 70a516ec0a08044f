"""The probe: edge-nano in float, run by OpenCV, which every installation has.

Made by `python -m featherface_converters.probe FOLDER`, and its embedding by
`python -m featherface_calibration.probe_model PHOTOGRAPHS...`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from featherface_calibration.probe_model.embedding import Embedding
from featherface_edge.detection import Placement, network_input, postprocess
from featherface_edge.errors import ImageError
from featherface_edge.optional import load
from featherface_edge.spec import from_json

if TYPE_CHECKING:
    from featherface_edge.detection import Detections, FloatArray, Frame
    from featherface_edge.spec import ModelSpec

STRIDE = 32  # of the coarsest level: sides are its multiples
_FOLDER = files("featherface_calibration") / "probe_model"
_HIGHS, _MEANS = "highs", "means"


class Tensor(NamedTuple):
    """A tensor behind a ReLU: the block that it is in, and its channels among all, from, to."""

    block: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Look:
    """What the probe saw of one canvas.

    embedding (32,): about 1 wide in every direction over ordinary photographs. highs, means (C,):
    greatest value and mean of every channel behind every ReLU, >= 0. limits (9, 2): least and
    greatest value of each raw output. faces: in pixels of the canvas, score 0.5 or more.
    """

    embedding: FloatArray
    highs: FloatArray
    means: FloatArray
    limits: FloatArray
    faces: Detections


class Probe:
    """The network. tensors: what the channels of a Look are of. spec: its manifest."""

    spec: ModelSpec
    tensors: tuple[Tensor, ...]

    def __init__(self) -> None:
        about: dict[str, Any] = json.loads((_FOLDER / "probe.json").read_text(encoding="utf-8"))
        self.spec = from_json(json.dumps(about["manifest"]))
        ends = np.cumsum([0, *(channels for _, channels in about["tensors"])]).tolist()
        blocks = [block for block, _ in about["tensors"]]
        self.tensors = tuple(map(Tensor, blocks, ends, ends[1:]))
        self._embedding = Embedding.read()
        weights = np.frombuffer((_FOLDER / "probe.onnx").read_bytes(), np.uint8)
        self._network: Any = load("cv2", "the probe", "").dnn.readNetFromONNX(weights)
        self._names = [*(output.name for output in self.spec.outputs), _HIGHS, _MEANS]

    def look(self, canvas: Frame) -> Look:
        """Give what it sees; canvas (H, W, 3) uint8 RGB, H and W multiples of 32.

        Raises: ImageError when the canvas has other sides.
        """
        height, width = canvas.shape[:2]
        if height % STRIDE or width % STRIDE:
            message = (
                f"the canvas has {width}x{height} pixels, wanted multiples of {STRIDE}: build the "
                "set for such a size"
            )
            raise ImageError(message)
        size = replace(self.spec.preprocessing, width=width, height=height)
        self._network.setInput(network_input(canvas, size))
        *found, highs, means = (
            np.asarray(each, np.float32)[0] for each in self._network.forward(self._names)
        )
        maps = [np.ascontiguousarray(each.transpose(1, 2, 0)) for each in found]
        spec = replace(self.spec, preprocessing=size)
        return Look(
            embedding=self._embedding.of(highs.ravel(), means.ravel()),
            highs=highs.ravel().copy(),
            means=means.ravel().copy(),
            limits=np.array([(each.min(), each.max()) for each in maps], np.float32),
            faces=postprocess(maps, spec, Placement(1.0, 1.0, width, height)),
        )
