"""What the thread of the one interpreter does."""

from __future__ import annotations

import time
from queue import Queue
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from featherface_edge.detection import Detections
from featherface_runtime.live.canvases import Canvases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.detection import Frame, Placement
    from featherface_edge.spec import ModelSpec, Thresholds
    from featherface_runtime.live.gears import Gears
    from featherface_runtime.live.intake import Intake, Waiting
    from featherface_runtime.live.options import Feed
    from featherface_runtime.live.telemetry import Telemetry

_AHEAD = 2  # results that wait to be finished before the interpreter waits, too
_LOOK = 0.5  # seconds after which who waits looks whether the world has changed


class Finds(Protocol):
    """What a stream needs of a detector. thresholds: may be changed from another thread."""

    spec: ModelSpec
    thresholds: Thresholds

    def find(self, canvas: Frame, placement: Placement) -> Detections:
        """Give the faces of the frame on the canvas, in its own pixels, best score first."""
        ...


class Found(NamedTuple):
    """A frame and its faces; faces: None where it was not looked at. finished: time.monotonic()."""

    waiting: Waiting
    faces: Detections | None
    finished: float


class Looking:
    """The steps of the interpreter's thread.

    canvases: those of each source. interval: least seconds from one inference to the next. found:
    what was found and is not finished yet.
    """

    def __init__(
        self, gears: Gears, intake: Intake, feeds: Sequence[Feed], telemetry: Telemetry
    ) -> None:
        self._gears = gears
        self._intake = intake
        self._feeds = feeds
        self._telemetry = telemetry
        self._skipped = [0] * len(feeds)
        self._due = 0.0
        self.canvases = [Canvases() for _ in feeds]
        self.interval = 0.0
        self.found: Queue[Found] = Queue(_AHEAD)

    def step(self) -> bool:
        """Look at the frame whose turn it is; give False when none will come."""
        if (pause := self._due - time.monotonic()) > 0:
            time.sleep(min(pause, _LOOK))
            return True
        waiting = self._intake.take(_LOOK)
        if waiting is None:
            return not self._intake.exhausted
        feed = self._feeds[waiting.index]
        if self._is_due(feed, waiting.index):
            self.found.put(self._looked_at(waiting))
        elif feed.between:
            self.found.put(Found(waiting, None, time.monotonic()))
        self.canvases[waiting.index].give(waiting.canvas)
        return True

    def _is_due(self, feed: Feed, index: int) -> bool:
        due = self._skipped[index] % feed.every == 0
        self._skipped[index] = (self._skipped[index] + 1) % feed.every
        return due

    def _looked_at(self, waiting: Waiting) -> Found:
        began = time.monotonic()
        self._due = began + self.interval
        faces = self._gears[waiting.gear].find(waiting.canvas, waiting.placement)
        finished = time.monotonic()
        self._telemetry.inferred(finished - began)
        return Found(waiting, moved(faces, waiting.corner), finished)


def moved(faces: Detections, corner: tuple[int, int]) -> Detections:
    """Give the faces of a region in pixels of the frame that it begins in at `corner`, x and y."""
    if corner == (0, 0):
        return faces
    offset = np.array(corner, np.float32)
    return Detections(
        boxes=faces.boxes + np.tile(offset, 2),
        scores=faces.scores,
        landmarks=faces.landmarks + offset,
    )
