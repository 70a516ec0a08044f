"""Free axes held against the float network, at sizes and batches that people use."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import torch

from featherface_converters.onnx import INPUT, exported, take_canvas
from featherface_converters.prepare import PIXEL_ZERO, SignedPixels
from featherface_edge.errors import ConversionError
from featherface_edge.quiet import quiet
from featherface_runtime.backends.onnx import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray
    from torch import nn

    from featherface_converters.formats.options import Options
    from featherface_converters.target import Job
    from featherface_edge.spec import Axis, ModelSpec

SIZES = ((320, 320), (416, 416), (640, 480), (832, 832), (1024, 1024))  # width, height
BATCHES = (1, 4, 8)
TOLERANCE = 1e-3  # of a map's largest value
LEVELS = 256


def possible(network: nn.Module, job: Job, options: Options, say: Callable[[str], None]) -> Options:
    """The options with as many axes free as the exporter leaves free, all, the batch, or none.

    say: told what cannot be free, and why.
    """
    alone: tuple[Axis, ...] = ("batch",)
    for axes in (options.dynamic, alone):
        chosen = replace(options, dynamic=axes)
        try:
            _require_same(network, job, chosen)
        except ConversionError as error:
            say(f"free {', '.join(axes)}: not offered, {error}")
        else:
            return chosen
    say("the file will be static: convert once for each size")
    return replace(options, dynamic=())


def _require_same(network: nn.Module, job: Job, options: Options) -> None:
    """Makes sure that the exported network says what the float one says, at every size.

    Raises: ConversionError when it cannot be exported, does not run, or says something else.
    """
    model = exported(job.graph, job.spec, options)
    take_canvas(model)
    names = [output.name for output in job.spec.outputs]
    float_network = SignedPixels(network, job.spec.preprocessing)
    try:
        with quiet():
            session: Any = onnxruntime.InferenceSession(model.SerializeToString())
            for canvases in _canvases(job.spec, options.dynamic):
                found = session.run(names, {INPUT: canvases})
                _compare(_maps(float_network, canvases), found, canvases.shape)
    except REFUSALS as error:
        reason = str(error).strip().splitlines()[-1]
        raise ConversionError(f"the exported file does not run ({reason:.160})") from error


def _canvases(spec: ModelSpec, axes: Sequence[Axis]) -> Iterator[NDArray[np.uint8]]:
    """Yields noise (N, H, W, 3) of every size and batch."""
    random = np.random.default_rng(0)
    canvas = (spec.preprocessing.width, spec.preprocessing.height)
    for (width, height), count in product(SIZES if "width" in axes else (canvas,), BATCHES):
        yield random.integers(0, LEVELS, (count, height, width, 3), np.uint8)


def _maps(network: nn.Module, canvases: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    pixels = canvases.transpose(0, 3, 1, 2).astype(np.float32) - PIXEL_ZERO
    with torch.inference_mode():
        return [each.numpy() for each in network(torch.from_numpy(pixels))]


def _compare(
    wanted: Sequence[NDArray[np.float32]], found: Sequence[NDArray[np.float32]], shape: object
) -> None:
    for ours, theirs in zip(wanted, found, strict=True):
        same = ours.shape == theirs.shape
        error = float(np.abs(ours - theirs).max() / np.abs(ours).max()) if same else np.inf
        if error > TOLERANCE:
            raise ConversionError(
                f"at {shape} it gives {theirs.shape} off by {error:.1e} of the largest value, "
                f"the float network {ours.shape}"
            )
