"""The photographs that crops are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.data.augment.geometry import extended
from featherface_edge.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from featherface_edge.data.types import Photograph


class Album:
    """Photographs, drawn as often as their weights say."""

    def __init__(self, photographs: Sequence[Photograph]) -> None:
        weights = np.array([photograph.weight for photograph in photographs], np.float64)
        if not weights.sum() > 0 or weights.min() < 0:
            raise DataError(
                f"{len(photographs)} photographs weigh {weights.sum():g} together: wanted at least "
                "one above 0 and none below; check data.train and data.shares"
            )
        self._photographs = photographs
        self._odds: NDArray[np.float64] = weights / weights.sum()
        weights *= [bool(extended(each.faces.boxes).any()) for each in photographs]
        total = float(weights.sum())
        self._face_odds: NDArray[np.float64] = weights / total if total else self._odds

    def drawn(self, random: np.random.Generator) -> Photograph:
        """Any photograph."""
        return self._photographs[random.choice(len(self._photographs), p=self._odds)]

    def drawn_with_faces(self, random: np.random.Generator) -> Photograph:
        """A photograph with a face; any where no photograph has one."""
        return self._photographs[random.choice(len(self._photographs), p=self._face_odds)]
