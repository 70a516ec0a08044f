"""ONNX files whose batch, height and width are free: how they are exported, and their check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from featherface_edge.evaluation.opening import CELL
from featherface_edge.models.graph import ATEN, calls, copied, dimensions, operand, tidied

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch.fx import GraphModule

    from featherface_edge.spec import Axis

MOST_CELLS, MOST_IMAGES = 256, 1024
EXAMPLES = 2  # images to export with: torch takes a batch of one for a fixed one
_PLACES: dict[Axis, int] = {"batch": 0, "height": 2, "width": 3}


def free_axes(axes: Sequence[Axis]) -> dict[int, Any]:
    """The free axes of (N, 3, H, W) in torch.export's own form: sides go in steps of 32 pixels."""
    dimension = torch.export.Dim
    return {
        _PLACES[axis]: dimension(axis, min=1, max=MOST_IMAGES)
        if axis == "batch"
        else CELL * dimension(f"{axis}_cells", min=1, max=MOST_CELLS)
        for axis in axes
    }


def size_free(graph: GraphModule) -> GraphModule:
    """A copy in which upsampling tells factors instead of the sides that it leads to."""
    made = copied(graph)
    for node in calls(made, ATEN.upsample_nearest2d.vec):
        before, after = dimensions(operand(node, 0))[2:], dimensions(node)[2:]
        if all(large % small == 0 for small, large in zip(before, after, strict=True)):
            factors = [large / small for small, large in zip(before, after, strict=True)]
            node.args = (operand(node, 0), None, factors)
    return tidied(made)
