"""A model that is measured, made up: every frame takes what the test says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_boards.bench.candidate import Opened
from featherface_boards.bench.subject import Laps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from featherface_edge.detection import Frame

MILLISECOND = 1_000_000  # nanoseconds


def frames(count: int) -> list[Frame]:
    """Give small frames, each of another brightness, its number."""
    return [np.full((4, 4, 3), each, np.uint8) for each in range(count)]


class FakeSubject:
    """Takes as long for each frame as `times_ms` says, the last one for ever.

    apart: as of a Subject. seen: the numbers of the frames it looked at.
    """

    opened = Opened("fake", 4, 4, "onnx", "int8", "onnx", "fake 1.0")

    def __init__(self, times_ms: Sequence[float], apart: Sequence[str] = ()) -> None:
        self._times = list(times_ms)
        self._now = 0
        self.apart = frozenset(apart)
        self.seen: list[int] = []

    def look(self, frame: Frame) -> Laps:
        """Take a tenth each for letterbox, decode and suppress, the rest for the inference."""
        self.seen.append(int(frame[0, 0, 0]))
        taken = self._times.pop(0) if len(self._times) > 1 else self._times[0]
        tenth, began = int(taken * MILLISECOND / 10), self._now
        self._now += 10 * tenth
        return Laps(
            began, began + tenth, began + tenth, began + 8 * tenth, began + 10 * tenth, tenth
        )

    def seconds(self) -> Callable[[], float]:
        """Give a clock that shows what all frames took together."""
        return lambda: self._now * 1e-9
