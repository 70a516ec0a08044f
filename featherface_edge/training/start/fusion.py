"""BiFPN's fusion weights, moved into the convolutions around the sums."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from featherface_edge.models.blocks import HardSwish
from featherface_edge.models.edge import EdgeCell
from featherface_edge.models.necks import BiFpn, BiFpnCell, fusion_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

NODES = ("mid4", "out3", "out4", "out5")
REDUCED = ("p3", "p4", "p5", "p4_up", "p5_up")


@dataclass(frozen=True, slots=True)
class Link:
    """One weighted input of a sum.

    Tensor `source` enters node `node` (cell, name) with `weight` > 0.
    """

    source: tuple[int, str]
    node: tuple[int, str]
    weight: float


def absorb_fusion(teacher: BiFpn, student: BiFpn) -> float:
    """Copy the teacher's neck into the student's plain sums.

    Gives the largest relative error of a link left over.

    Every tensor may be scaled by its producer's BN, and every sum by the convolution that reads it.
    The scales solve log(tensor) - log(sum) = log(weight) for all links in the least-squares sense:
    exact but for a cycle or two.
    """
    links = list(_links(teacher))
    scales, error = _solve(links, len(teacher.cells))
    for name in REDUCED:
        source, target = getattr(teacher.reducers, name), getattr(student.reducers, name)
        target.load_state_dict(source.state_dict())
        _scale_bn(target.bn, scales["tensor", (-1, name)])
    for index, (old, new) in enumerate(zip(teacher.cells, student.cells, strict=True)):
        if isinstance(old, BiFpnCell) and isinstance(new, EdgeCell):
            _copy_cell(
                old,
                new,
                {
                    name: (scales["tensor", (index, name)], scales["sum", (index, name)])
                    for name in NODES
                },
            )
    return error


def _links(neck: BiFpn) -> Iterator[Link]:
    for index, cell in enumerate(neck.cells):
        if not isinstance(cell, BiFpnCell):
            raise TypeError(type(cell).__name__)
        before = index - 1
        p3, p4, p5 = [
            (before, name) for name in (REDUCED[:3] if index == 0 else ("out3", "out4", "out5"))
        ]
        up4, up5 = ((before, "p4_up"), (before, "p5_up")) if index == 0 else (p4, p5)
        mid4, out3, out4 = [(index, name) for name in NODES[:3]]
        inputs = {
            "mid4": (cell.w_mid4, (p4, p5)),
            "out3": (cell.w_out3, (p3, mid4)),
            "out4": (cell.w_out4, (up4, mid4, out3)),
            "out5": (cell.w_out5, (up5, out4)),
        }
        for node, (raw, sources) in inputs.items():
            weights = fusion_weights(raw.detach())
            for position, source in enumerate(sources):
                yield Link(source, (index, node), float(weights[position]))


def _solve(links: list[Link], cells: int) -> tuple[dict[tuple[str, tuple[int, str]], float], float]:
    keys = sorted(
        {("tensor", link.source) for link in links} | {("sum", link.node) for link in links}
    )
    outputs = [("tensor", (cells - 1, name)) for name in NODES[1:]]
    keys += [key for key in outputs if key not in keys]
    matrix = np.zeros((len(links) + len(outputs), len(keys)))
    wanted = np.zeros(len(matrix))
    for row, link in enumerate(links):
        matrix[row, keys.index(("tensor", link.source))] = 1.0
        matrix[row, keys.index(("sum", link.node))] = -1.0
        wanted[row] = math.log(link.weight)
    for row, key in enumerate(outputs, len(links)):
        matrix[row, keys.index(key)] = 1.0  # the neck's outputs keep the teacher's scale
    solution = np.linalg.lstsq(matrix, wanted, rcond=None)[0]
    error = float(np.abs(np.exp(matrix @ solution - wanted) - 1.0).max())
    return {key: math.exp(value) for key, value in zip(keys, solution, strict=True)}, error


def _copy_cell(old: BiFpnCell, new: EdgeCell, scales: dict[str, tuple[float, float]]) -> None:
    for name, (tensor_scale, sum_scale) in scales.items():
        node = getattr(new, name)
        node.load_state_dict(getattr(old, name).state_dict())
        _scale_bn(node.bn, tensor_scale)
        with torch.no_grad():
            node.depthwise.weight /= sum_scale
        activation = getattr(new, f"act_{name}")
        if isinstance(activation, HardSwish):
            activation.rate.fill_(1.0 / sum_scale)


def _scale_bn(bn: torch.nn.BatchNorm2d, scale: float) -> None:
    with torch.no_grad():
        bn.weight.mul_(scale)
        bn.bias.mul_(scale)
