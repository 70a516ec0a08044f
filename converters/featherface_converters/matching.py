"""Which tensor of a converted file is which node of the graph.

Converters rename, reorder and fuse. But a tensor of a float file holds the same values as a node of
the graph: its extremes on a few canvases tell which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from featherface_converters.biases import fuses
from featherface_converters.statistics import collect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from torch.fx import GraphModule

    from featherface_converters.statistics import Statistics
    from featherface_converters.target import Measured
    from featherface_edge.detection import Frame

Limits: TypeAlias = "tuple[float, float]"

CANVASES = 3  # that tell tensors apart
TOLERANCE = 1e-3  # of the largest extreme
EQUAL = 1e-6  # the same, where two nodes cannot be told apart


def matched(seen: Sequence[Mapping[str, Limits]], measured: Measured) -> dict[str, Limits]:
    """The measured limits of the tensors of a float file, as far as the graph has such values.

    seen: for each of the first canvases, the lowest and highest value of every tensor by its name
    in the file, which was made from the corrected graph. Where an activation is fused with the
    operator before it, both get the limits of what it leaves.
    """
    shown = {
        node.name: next(iter(node.users)).name if fuses(node) else node.name
        for node in measured.corrected.graph.nodes
    }
    return {
        tensor: measured.statistics.limits(shown[name])
        for tensor, name in nodes(seen, measured.corrected, measured.canvases).items()
    }


def nodes(
    seen: Sequence[Mapping[str, Limits]], graph: GraphModule, canvases: Sequence[Frame]
) -> dict[str, str]:
    """The node that each tensor of a float file holds, by name, as far as the graph has it.

    graph: the file was made from it. seen, canvases: as in `matched`.
    """
    return {tensor: likely[0] for tensor, likely in candidates(seen, graph, canvases).items()}


def candidates(
    seen: Sequence[Mapping[str, Limits]], graph: GraphModule, canvases: Sequence[Frame]
) -> dict[str, list[str]]:
    """The same with every node that has these extremes, the nearest first."""
    alone = [collect(graph, [canvas]) for canvas in canvases[: len(seen)]]
    names = list(alone[0].means)
    known = np.concatenate([_extremes(each, names) for each in alone], 1)
    found: dict[str, list[str]] = {}
    for tensor in seen[0]:
        here = np.concatenate([np.array(extremes[tensor]) for extremes in seen])
        distances = np.abs(known - here).max(axis=1)
        least, size = float(distances.min()), max(1.0, float(np.abs(here).max()))
        alike = distances <= least + EQUAL * size
        if least <= TOLERANCE * size:
            ranked = np.argsort(distances, kind="stable")
            found[tensor] = [names[int(place)] for place in ranked if alike[place]]
    return found


def _extremes(alone: Statistics, names: list[str]) -> NDArray[np.float64]:
    """(nodes, 2): lowest and highest value on one canvas."""
    limits = [(float(alone.lows[name].min()), float(alone.highs[name].max())) for name in names]
    return np.array(limits)
