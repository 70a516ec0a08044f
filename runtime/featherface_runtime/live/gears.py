"""The detectors of a stream: the one that was asked for, and smaller ones for a hot board."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from featherface_edge.spec import Preprocessing
    from featherface_runtime.live.looking import Finds


class Gears:
    """Detectors, largest canvas first; any thread may ask, one thread changes them.

    smaller: what makes the further ones, which are made when they are first wanted. chosen: the
    number of the one that is to look at new frames.
    """

    def __init__(self, detector: Finds, smaller: Sequence[Callable[[], Finds]] = ()) -> None:
        self._made = [detector]
        self._smaller = smaller
        self._lock = Lock()
        self.chosen = 0

    def __getitem__(self, number: int) -> Finds:
        """Give one that was chosen before."""
        return self._made[number]

    @property
    def spare(self) -> int:
        """How many smaller ones there are."""
        return len(self._smaller)

    def shift(self, number: int) -> None:
        """Let frames be looked at by that one from now on, 0 to `spare`.

        Raises: what making it raises; the one before goes on.
        """
        while len(self._made) <= number:
            made = self._smaller[len(self._made) - 1]()
            with self._lock:
                made.thresholds = self._made[0].thresholds
                self._made.append(made)
        self.chosen = number

    def set_least_score(self, score: float) -> None:
        """Let all look for faces from this score on, 0 to 1."""
        with self._lock:
            for each in self._made:
                each.thresholds = replace(each.thresholds, score=score)

    def words(self) -> str:
        """Give what the canvas is instead of, "" where it is that of the first."""
        if not self.chosen:
            return ""
        first, now = (_size(self._made[each].spec.preprocessing) for each in (0, self.chosen))
        return f"{now} instead of {first}"


def _size(canvas: Preprocessing) -> str:
    return f"{canvas.width}x{canvas.height}"
