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
    from featherface_calibration.archive import Picture
    from featherface_edge.detection.types import FloatArray

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


class Pool:
    """At most `capacity` candidates. radius: see the module."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.radius = 0.0
        self.candidates: list[Candidate] = []
        self._rows: FloatArray = np.zeros((0, 0), np.float32)

    def restore(self, candidates: list[Candidate], radius: float) -> None:
        """Go on with the candidates of an earlier run."""
        self.candidates, self.radius = candidates, radius
        self._rows = self._stacked()

    def has_twin(self, gradient: int, group: str) -> bool:
        """Tell whether a candidate of the group looks the same."""
        return any(
            (each.gradient ^ gradient).bit_count() <= MOST_DIFFERENT
            and each.picture.stratum == group
            for each in self.candidates
        )

    def near(self, embedding: FloatArray, group: str) -> Candidate | None:
        """Give the nearest candidate of the group within the radius, None where there is none."""
        if not self.candidates or not self.radius:
            return None
        apart = np.linalg.norm(self._rows[: len(self.candidates)] - embedding, axis=1)
        own = [each.picture.stratum == group for each in self.candidates]
        best = int(np.argmin(np.where(own, apart, np.inf)))
        return self.candidates[best] if own[best] and apart[best] <= self.radius else None

    def add(self, candidate: Candidate) -> None:
        """Take the candidate in, and let go of others where there is no more room."""
        count = len(self.candidates)
        self.candidates.append(candidate)
        if count >= len(self._rows):
            self._rows = self._stacked()
        self._rows[count] = candidate.embedding
        while len(self.candidates) > self.capacity:
            self._shrink()

    def crowd(self) -> Crowd:
        """Give what is chosen from."""
        return Crowd(
            self._stacked()[: len(self.candidates)],
            np.array([each.weight for each in self.candidates], np.float64),
            [each.picture.stratum for each in self.candidates],
        )

    def _stacked(self) -> FloatArray:
        """Give the embeddings with room for as many again."""
        rows = np.array([each.embedding for each in self.candidates], np.float32)
        return np.concatenate((rows, np.zeros_like(rows)))

    def _shrink(self) -> None:
        """Let the radius grow; who lies within it of an earlier one of the group goes."""
        groups = np.array([each.picture.stratum for each in self.candidates])
        rows = self._rows[: len(self.candidates)]
        apart = np.where(groups[:, None] == groups, distances(rows, rows), np.inf)
        np.fill_diagonal(apart, np.inf)
        self.radius = max(
            self.radius * _GROWTH, float(np.quantile(apart.min(axis=1), _SHARE, method="lower"))
        )
        kept: list[int] = []
        for index, each in enumerate(self.candidates):
            close = [other for other in kept if apart[index, other] <= self.radius]
            if close:
                nearest = min(close, key=lambda other: float(apart[index, other]))
                self.candidates[nearest].weight += each.weight
            else:
                kept.append(index)
        self.candidates = [self.candidates[index] for index in kept]
        self._rows = self._stacked()
