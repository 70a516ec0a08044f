"""Where in the network rounding hurts: noise and clipped values, block by block.

Each 8-bit tensor of the file is held against the node of the float graph that it stands for.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.fx import Interpreter

from featherface_converters.plan.blocks import block_of
from featherface_converters.proof.histogram import Histogram, histogram
from featherface_converters.proof.noise import Noise
from featherface_converters.proof.rounding import rounded
from featherface_converters.statistics import signed_pixels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from torch.fx import GraphModule, Node

    from featherface_converters.proof.inside import Inside, Tensor
    from featherface_edge.detection import FloatArray, Frame
    from featherface_edge.spec import JsonValue

CANVASES = 3  # that noise and clipping are measured on, of either set
STEPS = 24  # of a histogram; the outermost two on each side lie beyond the range
MARGIN = 0.1  # how far a histogram reaches beyond the range, in ranges
_SAMPLE = 4096  # numbers of a tensor that tell which node it is, or where they lie
_RANK = 4


@dataclass(frozen=True, slots=True)
class BlockNoise:
    """What rounding does to one block of the network.

    tensors: 8-bit ones of the file, 0 where the block stays float. decibels: signal over noise of
    the last of them; worst, worst_node: of the noisiest one. clipped: share of values, 0 to 1,
    beyond the range, on photographs of the calibration; clipped_later: on those of the proof.
    filled: where in the range, 0 to 1, the values of the calibration lie.
    """

    name: str
    tensors: int
    decibels: float = 0.0
    worst: float = 0.0
    worst_node: str = ""
    clipped: float = 0.0
    clipped_later: float = 0.0
    filled: Histogram | None = None

    def as_json(self) -> dict[str, JsonValue]:
        """The block as it stands in a proof."""
        if not self.tensors:
            return {"name": self.name, "tensors": 0}
        return {
            "name": self.name,
            "tensors": self.tensors,
            "signal_to_noise_db": round(self.decibels, 1),
            "worst_db": round(self.worst, 1),
            "worst_node": self.worst_node,
            "clipped": rounded(self.clipped),
            "clipped_later": rounded(self.clipped_later),
        }


def block_noise(
    inside: Inside, graph: GraphModule, calibration: Sequence[Frame], canvases: Sequence[Frame]
) -> list[BlockNoise]:
    """The blocks of the graph, in order of execution.

    graph: the float one that the file was made from, taking RGB pixels minus 128. calibration,
    canvases: of the calibration and of the proof, some of each are looked at.
    """
    some, others = (each[:: -(-len(each) // CANVASES)] for each in (canvases, calibration))
    blocks = block_of(graph)
    nodes = _nodes(list(inside.tensors(some[0])), graph, some[0])
    ranges: dict[str, Tensor] = {}
    noise = Noise(list(nodes.values()))
    later, before = _Clipping(), _Clipping()
    for canvas in some:
        exact = _values(graph, canvas, nodes.values())
        for tensor in inside.tensors(canvas):
            if tensor.name in nodes:
                node = nodes[tensor.name]
                noise.see(node, exact[node], tensor.values)
                later.see(node, exact[node], tensor)
                ranges[node] = tensor
    for canvas in others:
        for node, values in _values(graph, canvas, nodes.values()).items():
            before.see(node, values, ranges[node])
    members: dict[str, list[str]] = {name: [] for name in blocks.values()}
    for node in nodes.values():
        members[blocks[node]].append(node)
    decibels = noise.decibels()
    return [_block(name, found, decibels, before, later) for name, found in members.items()]


class _Clipping:
    """Values beyond the ranges of tensors, and where the others lie in them, node by node."""

    def __init__(self) -> None:
        self._beyond: dict[str, int] = defaultdict(int)
        self._all: dict[str, int] = defaultdict(int)
        self._filled: dict[str, NDArray[np.intp]] = {}

    def see(self, node: str, exact: FloatArray, tensor: Tensor) -> None:
        """Takes the exact values of one more picture into account."""
        places = (exact - tensor.low) / (tensor.high - tensor.low)
        half = 0.5 / 255
        self._beyond[node] += int(((places < -half) | (places > 1 + half)).sum())
        self._all[node] += places.size
        some = places.reshape(-1)[:: -(-places.size // _SAMPLE)]
        made = np.array(histogram(some, -MARGIN, 1 + MARGIN, STEPS).counts)
        self._filled[node] = self._filled.get(node, np.zeros(STEPS, np.intp)) + made

    def share(self, nodes: Iterable[str]) -> float:
        """The share of all values of these nodes that lie beyond."""
        found = list(nodes)
        whole = sum(self._all[node] for node in found)
        return sum(self._beyond[node] for node in found) / whole if whole else 0.0

    def filled(self, nodes: Iterable[str]) -> Histogram:
        """Where the values of these nodes lie, 0 to 1 being their ranges."""
        counts = np.sum([self._filled[node] for node in nodes], axis=0)
        return Histogram(-MARGIN, 1 + MARGIN, tuple(counts.tolist()))


def _block(
    name: str,
    nodes: Sequence[str],
    decibels: Mapping[str, float],
    before: _Clipping,
    later: _Clipping,
) -> BlockNoise:
    if not nodes:
        return BlockNoise(name, 0)
    worst = min(nodes, key=decibels.__getitem__)
    return BlockNoise(
        name,
        len(nodes),
        decibels=decibels[nodes[-1]],
        worst=decibels[worst],
        worst_node=worst,
        clipped=before.share(nodes),
        clipped_later=later.share(nodes),
        filled=before.filled(nodes),
    )


class _Seen(Interpreter):
    """Keeps the values (C, H, W) of some nodes, of all with a channel axis where None are named."""

    def __init__(self, graph: GraphModule, wanted: Iterable[str] | None) -> None:
        super().__init__(graph)
        self._wanted = None if wanted is None else set(wanted)
        self.found: dict[str, FloatArray] = {}

    def run_node(self, n: Node) -> object:
        """The node's value, after keeping it."""
        value: object = super().run_node(n)
        wanted = n.op == "call_function" if self._wanted is None else n.name in self._wanted
        if wanted and isinstance(value, torch.Tensor) and value.ndim == _RANK:
            self.found[n.name] = value[0].numpy()
        return value


def _values(
    graph: GraphModule, canvas: Frame, wanted: Iterable[str] | None = None
) -> dict[str, FloatArray]:
    run = _Seen(graph, wanted)
    with torch.inference_mode():
        run.run(torch.from_numpy(signed_pixels(canvas)))
    return run.found


def _nodes(tensors: Sequence[Tensor], graph: GraphModule, canvas: Frame) -> dict[str, str]:
    """The node that each tensor stands for, by name: of the same shape, and nearest in value.

    Tensors that come no nearer to any node than nothing but zeros would are left out, as are those
    that stand for a node that an earlier one comes nearer to. Sorted as the graph computes them.
    """
    exact = _values(graph, canvas)
    shapes: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for name, values in exact.items():
        shapes[values.shape].append(name)
    nearest: dict[str, tuple[float, str]] = {}
    for tensor in tensors:
        names = shapes[tensor.values.shape]
        if not names:
            continue
        step = -(-tensor.values.size // _SAMPLE)
        there = np.stack([exact[name].reshape(-1)[::step] for name in names])
        error = np.square(there - tensor.values.reshape(-1)[::step]).sum(axis=1)
        share = error / np.maximum(np.square(there).sum(axis=1), np.finfo(np.float32).tiny)
        place = int(share.argmin())
        if share[place] < nearest.get(names[place], (1.0, ""))[0]:
            nearest[names[place]] = float(share[place]), tensor.name
    return {nearest[name][1]: name for name in exact if name in nearest}
