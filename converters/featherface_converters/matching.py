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

    from featherface_converters.target import Measured

Limits: TypeAlias = "tuple[float, float]"

CANVASES = 3  # that tell tensors apart
TOLERANCE = 1e-3  # of the largest extreme


def matched(seen: Sequence[Mapping[str, Limits]], measured: Measured) -> dict[str, Limits]:
    """The measured limits of the tensors of a float file, as far as the graph has such values.

    seen: for each of the first canvases, the lowest and highest value of every tensor by its name
    in the file, which was made from the corrected graph. Where an activation is fused with the
    operator before it, both get the limits of what it leaves.
    """
    nodes = _shown(measured)
    known = np.concatenate(
        [_extremes(measured, place, list(nodes)) for place in range(len(seen))], 1
    )
    found: dict[str, Limits] = {}
    for name in seen[0]:
        here = np.concatenate([np.array(extremes[name]) for extremes in seen])
        distances = np.abs(known - here).max(axis=1)
        nearest = int(distances.argmin())
        if distances[nearest] <= TOLERANCE * max(1.0, float(np.abs(here).max())):
            found[name] = measured.statistics.limits(list(nodes.values())[nearest])
    return found


def _shown(measured: Measured) -> dict[str, str]:
    """The node whose limits count, for every node with statistics."""
    return {
        node.name: next(iter(node.users)).name if fuses(node) else node.name
        for node in measured.corrected.graph.nodes
        if node.name in measured.statistics.means
    }


def _extremes(measured: Measured, place: int, names: list[str]) -> NDArray[np.float64]:
    """(nodes, 2): lowest and highest value on one canvas."""
    alone = collect(measured.corrected, [measured.canvases[place]])
    limits = [(float(alone.lows[name].min()), float(alone.highs[name].max())) for name in names]
    return np.array(limits)
