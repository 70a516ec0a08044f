"""What a walk along a network's graph finds out about its channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.models.labels import LabelSets

if TYPE_CHECKING:
    from featherface_edge.models.labels import Labels
    from featherface_edge.pruning.flow import Channels


class Notes:
    """The book of a first walk.

    sets: of labels that only go together. made: labels of the channels that each convolution makes,
    by its path. read: labels of those that each layer takes, at its first call.
    """

    def __init__(self) -> None:
        self.sets = LabelSets()
        self.made: dict[str, Labels] = {}
        self.read: dict[str, Labels] = {}
        self._first: dict[str, Channels] = {}
        self._fixed: set[str] = set()

    def makes(self, path: str, count: int) -> Labels:
        """New labels, the same at every call of a layer."""
        if path not in self.made:
            self.made[path] = self.sets.fresh(count)
        return self.made[path]

    def reads(self, path: str, channels: Channels) -> None:
        """A layer that is called again ties what it reads to what it read before."""
        first = self._first.setdefault(path, channels)
        self.read[path] = first.labels
        self.join(first, channels)

    def join(self, left: Channels, right: Channels) -> None:
        """Tie channels, or pin them where fewer of them would be rearranged in different ways."""
        if left.order == right.order:
            self.sets.join(left.labels, right.labels)
        else:
            self.pin(left.labels)
            self.pin(right.labels)

    def pin(self, labels: Labels) -> None:
        """Keep these channels out of all groups."""
        self.sets.pin(labels)

    def fix(self, path: str) -> None:
        """Remember a layer whose tensors are used in a way that no rule knows."""
        self._fixed.add(path)

    def finish(self) -> None:
        """Pin all that fixed layers make and read, in other calls too."""
        for path in self._fixed:
            for known in (self.made, self.read):
                if path in known:
                    self.pin(known[path])
