"""Crops as the inputs of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

    from featherface_edge.spec import Preprocessing


def normalised(canvases: Tensor, preprocessing: Preprocessing) -> Tensor:
    """Canvases (N, S, S, 3), uint8 RGB, as `detection.network_input` would give them.

    (N, 3, S, S) float32 on the canvases' device, channels last in memory.
    """
    colours = canvases if preprocessing.colour == "rgb" else canvases.flip(3)
    mean = torch.tensor(preprocessing.mean, device=canvases.device)
    return ((colours.float() - mean) * preprocessing.scale).permute(0, 3, 1, 2)
