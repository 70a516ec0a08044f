"""Labels of channels that belong together, in sets that only ever grow."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Labels: TypeAlias = NDArray[np.int64]
PINNED = 0


class LabelSets:
    """Disjoint sets of labels; whatever is in the set of label 0, PINNED, must stay as it is.

    Source: Galler & Fischer, "An improved equivalence algorithm", CACM 1964, with path halving.
    """

    def __init__(self) -> None:
        self._parents = [PINNED]

    def fresh(self, count: int) -> Labels:
        """So many new labels, each in a set of its own."""
        first = len(self._parents)
        self._parents.extend(range(first, first + count))
        return np.arange(first, first + count)

    def join(self, left: Labels, right: Labels) -> None:
        """Put the labels at the same place of both arrays into the same set."""
        for one, other in zip(left, right, strict=True):
            low, high = sorted((self._root(int(one)), self._root(int(other))))
            self._parents[high] = low

    def pin(self, labels: Labels) -> None:
        """Let these labels stay as they are."""
        self.join(labels, np.full_like(labels, PINNED))

    def roots(self, labels: Labels) -> Labels:
        """The least label in the set of each."""
        return np.array([self._root(int(label)) for label in labels], np.int64)

    def _root(self, label: int) -> int:
        parents = self._parents
        while parents[label] != label:
            parents[label] = parents[parents[label]]
            label = parents[label]
        return label
