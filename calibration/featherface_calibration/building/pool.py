"""Candidates of a set, in bounded memory however many frames come by.

A frame becomes a candidate unless one of its own group lies within the radius; that one then stands
for it too. When there is no more room, the radius grows until a part of the candidates stand for
each other (the doubling algorithm of Charikar and others, 1997, in smaller steps). So the pool
reaches as far as the frames did, and its weights say how many were where.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_calibration.building.choose import Crowd, distances
from featherface_edge.lookalikes import MOST_DIFFERENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from featherface_calibration.archive import Picture
    from featherface_edge.detection.types import FloatArray

HASH_BYTES = 16  # of a difference hash
_BITS = np.array([value.bit_count() for value in range(256)], np.uint8)  # set in each byte
_SHARE = 0.2  # of the candidates that a growing radius may swallow
_GROWTH = 1.05  # of the radius, at least


@dataclass(slots=True)
class Candidate:
    """A picture that may come into the set.

    embedding (D,). gradient: difference hash. weight: frames that it stands for, itself too.
    """

    picture: Picture
    embedding: FloatArray
    gradient: int
    weight: int = 1


class _Columns:
    """What is compared with every frame, as arrays with room for `most` candidates.

    rows (most, D): embeddings. hashes (most, 16): bytes of the difference hashes. groups (most,).
    """

    def __init__(self, most: int, dimensions: int) -> None:
        self.rows: FloatArray = np.zeros((most, dimensions), np.float32)
        self.hashes: NDArray[np.uint8] = np.zeros((most, HASH_BYTES), np.uint8)
        self.groups: NDArray[np.intp] = np.zeros(most, np.intp)

    def put(self, place: int, candidate: Candidate, group: int) -> None:
        """Note the candidate."""
        self.rows[place] = candidate.embedding
        self.hashes[place] = _bytes(candidate.gradient)
        self.groups[place] = group


class Pool:
    """At most `capacity` candidates. radius: see the module."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.radius = 0.0
        self.candidates: list[Candidate] = []
        self._columns = _Columns(0, 0)
        self._numbers: dict[str, int] = {}  # of groups

    def restore(self, candidates: list[Candidate], radius: float) -> None:
        """Go on with the candidates of an earlier run."""
        self.radius, self.candidates = radius, []
        for each in candidates:
            self._append(each)

    def has_twin(self, gradient: int, group: str) -> bool:
        """Tell whether a candidate of the group looks the same."""
        count = len(self.candidates)
        differing = _BITS[self._columns.hashes[:count] ^ _bytes(gradient)].sum(axis=1)
        return bool(((differing <= MOST_DIFFERENT) & self._of(group)).any())

    def near(self, embedding: FloatArray, group: str) -> Candidate | None:
        """Give the nearest candidate of the group within the radius, None where there is none."""
        own = self._of(group)
        if not self.radius or not own.any():
            return None
        apart = np.linalg.norm(self._columns.rows[: len(own)] - embedding, axis=1)
        best = int(np.argmin(np.where(own, apart, np.inf)))
        return self.candidates[best] if apart[best] <= self.radius else None

    def add(self, candidate: Candidate) -> None:
        """Take the candidate in, and let go of others where there is no more room."""
        self._append(candidate)
        while len(self.candidates) > self.capacity:
            self._shrink()

    def crowd(self) -> Crowd:
        """Give what is chosen from."""
        return Crowd(
            self._columns.rows[: len(self.candidates)].copy(),
            np.array([each.weight for each in self.candidates], np.float64),
            [each.picture.stratum for each in self.candidates],
        )

    def _append(self, candidate: Candidate) -> None:
        if not self.candidates:
            self._columns = _Columns(self.capacity + 1, len(candidate.embedding))
        group = candidate.picture.stratum
        number = self._numbers.setdefault(group, len(self._numbers))
        self._columns.put(len(self.candidates), candidate, number)
        self.candidates.append(candidate)

    def _of(self, group: str) -> NDArray[np.bool_]:
        """Tell for every candidate whether it is of the group."""
        groups = self._columns.groups[: len(self.candidates)]
        own: NDArray[np.bool_] = groups == self._numbers.get(group, -1)
        return own

    def _shrink(self) -> None:
        """Let the radius grow; who lies within it of an earlier one of the group goes."""
        count = len(self.candidates)
        groups, rows = self._columns.groups[:count], self._columns.rows[:count]
        apart = np.where(groups[:, None] == groups, distances(rows, rows), np.inf)
        np.fill_diagonal(apart, np.inf)
        nearest = np.quantile(apart.min(axis=1), _SHARE, method="lower")
        self.radius = max(self.radius * _GROWTH, float(nearest))
        kept: list[int] = []
        for place, each in enumerate(self.candidates):
            others = apart[place, kept]
            if kept and others.min() <= self.radius:
                self.candidates[kept[int(others.argmin())]].weight += each.weight
            else:
                kept.append(place)
        self.restore([self.candidates[place] for place in kept], self.radius)


def _bytes(gradient: int) -> NDArray[np.uint8]:
    return np.frombuffer(gradient.to_bytes(HASH_BYTES, "big"), np.uint8)
