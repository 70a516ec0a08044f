"""The float network as all targets take it: signed pixels in, fewest operators, same outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from featherface_converters.folding import (
    fold_constants,
    fold_differences,
    fold_normalisation,
    fold_permutations,
    free_activations,
    split_activations,
)
from featherface_converters.scalars import (
    fold_factors,
    fold_factors_back,
    fold_offsets,
    name_numbers,
    write_out_differences,
)
from featherface_edge.models.graph import capture

if TYPE_CHECKING:
    from torch.fx import GraphModule

    from featherface_edge.spec import Preprocessing

PIXEL_ZERO = 128  # what an artifact subtracts from a uint8 pixel before the graph begins


class SignedPixels(nn.Module):
    """A network that takes RGB pixels minus 128, whatever its own colours, mean and scale are."""

    def __init__(self, network: nn.Module, preprocessing: Preprocessing) -> None:
        super().__init__()
        self._network = network
        self._reversed = preprocessing.colour == "bgr"
        mean = preprocessing.mean[::-1] if self._reversed else preprocessing.mean
        offsets = [PIXEL_ZERO - value for value in mean]
        self._scale = preprocessing.scale
        self._shifted = any(offsets)
        self._offsets = nn.Buffer(torch.tensor(offsets).reshape(1, 3, 1, 1))

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The network's maps for (1, 3, H, W) of RGB minus 128."""
        shifted = pixels + self._offsets if self._shifted else pixels
        scaled = shifted * self._scale if self._scale != 1 else shifted
        ordered = scaled.flip(1) if self._reversed else scaled
        maps: tuple[torch.Tensor, ...] = self._network(ordered)
        return maps


def prepare(network: nn.Module, preprocessing: Preprocessing) -> GraphModule:
    """The network's graph for the size that the preprocessing names, after every exact rewrite."""
    wrapped = SignedPixels(network, preprocessing)
    graph = capture(wrapped, preprocessing.width, preprocessing.height)
    for rewrite in (
        fold_constants,
        name_numbers,
        write_out_differences,
        fold_normalisation,
        fold_permutations,
        fold_differences,
        fold_factors_back,
        split_activations,
        free_activations,
        fold_offsets,
        fold_factors,
    ):
        rewrite(graph)
    return graph
