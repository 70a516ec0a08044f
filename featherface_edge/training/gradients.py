"""Gradients under watch: clipping, history, warnings."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from torch import nn

LARGE, TINY = 10.0, 1e-6
KEPT = 1000


@dataclass(slots=True)
class GradientWatch:
    """The norms of the last gradients, before clipping, and how many were clipped."""

    norms: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT))
    clipped: int = 0
    seen: int = 0

    def take(self, parameters: Iterable[nn.Parameter], limit: float) -> float:
        """Clip the gradient to `limit` (0 = not) and give its norm before that."""
        found = [item for item in parameters if item.grad is not None]
        norm = float(torch.nn.utils.clip_grad_norm_(found, limit or math.inf))
        self.norms.append(norm)
        self.seen += 1
        self.clipped += 0 < limit < norm
        return norm

    def state(self) -> dict[str, object]:
        """What is saved with a run."""
        return {"norms": list(self.norms), "clipped": self.clipped, "seen": self.seen}

    def restore(self, norms: Sequence[float], clipped: int, seen: int) -> None:
        """Go on from a saved state."""
        self.norms, self.clipped, self.seen = deque(norms, maxlen=KEPT), clipped, seen


def anomaly(norm: float, limit: float) -> str | None:
    """What is wrong with a gradient of this norm (`limit`: where it is clipped), or None."""
    if norm > max(LARGE, limit):
        return f"gradient norm {norm:.3g} is above {max(LARGE, limit):g}"
    if norm < TINY:
        return f"gradient norm {norm:.3g} is below {TINY:g}: nothing is learnt"
    return None
