"""Whether a network that was read from a file gives the numbers that the file gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from featherface_converters.foreign.graph import run
from featherface_edge.detection.letterbox import network_input
from featherface_edge.detection.postprocess import NUMBERS
from featherface_edge.detection.scores import sigmoid
from featherface_edge.errors import ConversionError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_converters.foreign.description import Activation
    from featherface_converters.foreign.ends import Ends
    from featherface_converters.foreign.graph import OnnxGraph
    from featherface_converters.foreign.network import OnnxNetwork
    from featherface_edge.detection import FloatArray
    from featherface_edge.spec import Kind, ModelSpec

CLOSE = 1e-3  # of the greatest magnitude in an output
_SEED = 0
_PAIR = 2  # logits of background and face
_RANK = 4


def require_same(
    network: OnnxNetwork,
    graph: OnnxGraph,
    ends: Ends,
    spec: ModelSpec,
    outputs: Mapping[Kind, Sequence[str]],
) -> None:
    """Makes sure that the raw maps, in the form of the file's outputs, equal these.

    Raises: UsageError for maps of other shapes than described. ConversionError for other numbers.
    """
    size = spec.preprocessing
    canvas = np.random.default_rng(_SEED).integers(0, 256, (size.height, size.width, 3), np.uint8)
    picture = network_input(canvas, size)
    with torch.inference_mode():
        maps = [each.numpy() for each in network(torch.from_numpy(picture))]
    _require_shapes(maps, spec)
    cells = {each.shape[2:] for each in maps}
    for kind, names in outputs.items():
        of_kind = [
            each for each, output in zip(maps, spec.outputs, strict=True) if output.kind == kind
        ]
        ours = np.concatenate([_rows(each, NUMBERS[kind]) for each in of_kind])
        applied, paired = ends.maps[kind][0].activation, ends.paired(kind)
        given = run(graph.file, {graph.source: picture}, names)
        found = _file_rows(given, NUMBERS[kind] * (_PAIR if paired else 1), cells)
        _require_close(
            ours if applied == "none" else sigmoid(ours),
            _of_faces(found, applied) if paired else found,
            names,
        )


def _require_shapes(maps: Sequence[FloatArray], spec: ModelSpec) -> None:
    size = spec.preprocessing
    anchors = {level.stride: len(level.sizes) for level in spec.levels}
    for values, output in zip(maps, spec.outputs, strict=True):
        count = NUMBERS[output.kind] * anchors[output.stride]
        cells = (-(-size.height // output.stride), -(-size.width // output.stride))
        if values.shape != (1, count, *cells):
            raise UsageError(
                f"the {output.kind} map of stride {output.stride} has shape {values.shape}, wanted "
                f"{(1, count, *cells)}: mend strides and anchors of the description, or the order "
                "of the names"
            )


def _rows(values: FloatArray, count: int) -> FloatArray:
    """The numbers (N, count) of a map (1, anchors * count, h, w), cell by cell."""
    rows: FloatArray = values.transpose(0, 2, 3, 1).reshape(-1, count)
    return rows


def _file_rows(given: Sequence[FloatArray], count: int, cells: set[tuple[int, ...]]) -> FloatArray:
    """The numbers (N, count) of the file's outputs, cell by cell.

    cells: rows and columns of the maps.
    """
    parts = [
        _rows(each, count)
        if each.ndim == _RANK and each.shape[2:] in cells
        else each.reshape(-1, count)
        for each in given
    ]
    return np.concatenate(parts)


def _of_faces(pairs: FloatArray, applied: Activation) -> FloatArray:
    """(N, 1) of pairs (N, 2): probabilities after a softmax, else differences of logits."""
    return pairs[:, 1:] if applied == "softmax" else pairs[:, 1:] - pairs[:, :1]


def _require_close(ours: FloatArray, given: FloatArray, names: Sequence[str]) -> None:
    most = float(np.abs(given).max(initial=0))
    apart = float(np.abs(ours - given).max(initial=0))
    if not apart <= CLOSE * max(1.0, most):
        raise ConversionError(
            f"the network read from the file differs from its output {', '.join(names)} by "
            f"{apart:.3g} (numbers reach {most:.3g}): name tensors nearer to its convolutions"
        )
