"""What happens to the faces of a frame before sinks see them."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from queue import Empty
from typing import TYPE_CHECKING, Protocol

from featherface_edge.detection import Detections
from featherface_runtime.live.result import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from queue import Queue

    from featherface_runtime.live.looking import Found
    from featherface_runtime.live.outlet import Outlet
    from featherface_runtime.live.shot import Shot
    from featherface_runtime.live.telemetry import SourceCounters
    from featherface_runtime.track import Event

_LOOK = 0.5  # seconds after which who waits looks whether the world has changed
_GIVEN_UP = 1.0  # seconds after the loss of a source when its faces are given up


class Finishes(Protocol):
    """Makes the results of one source; belongs to one thread.

    score: least score of the faces that are shown, 0 to 1; may be changed at any time.
    """

    score: float

    def finish(self, shot: Shot, faces: Detections | None, finished: float) -> Result:
        """Give the result of a frame.

        faces: None where the frame was not looked at. finished: time.monotonic() when they were
        known.
        """
        ...

    def interrupt(self, wall: float) -> tuple[Event, ...]:
        """Give what follows for the faces from the loss of the source, at a time.time()."""
        ...


@dataclass(slots=True)
class Plain:
    """Faces as the detector found them."""

    score: float

    def finish(self, shot: Shot, faces: Detections | None, finished: float) -> Result:
        """Give the faces of at least the least score."""
        if faces is None:
            return Result(shot, Detections.empty(), finished, inferred=False)
        # Best first: those that are sure enough come first.
        count = int((faces.scores >= self.score).sum())
        sure = Detections(faces.boxes[:count], faces.scores[:count], faces.landmarks[:count])
        return Result(shot, sure, finished)

    def interrupt(self, wall: float) -> tuple[Event, ...]:  # noqa: ARG002 -- nobody is followed
        """Give nothing."""
        return ()


@dataclass(slots=True)
class Lane:
    """What one source's results go through. live: nobody waits for sinks.

    opening: of the last one. last: that one, until its faces were given up.
    """

    finisher: Finishes
    counters: SourceCounters
    live: bool
    opening: int = 1
    last: Result | None = None


class Finishing:
    """The steps of the thread that finishes what was found and hands it to the sinks.

    over: tells whether nothing more will be found.
    """

    def __init__(
        self,
        found: Queue[Found],
        lanes: Sequence[Lane],
        outlets: Sequence[Outlet],
        over: Callable[[], bool],
    ) -> None:
        self._found = found
        self._lanes = lanes
        self._outlets = outlets
        self._over = over

    def step(self) -> bool:
        """Finish what was found first; give False when no more will be found."""
        over = self._over()
        try:
            found = self._found.get(timeout=0 if over else _LOOK)
        except Empty:
            self._part_with_lost(over=over)
            return not over
        lane = self._lanes[found.waiting.index]
        result = _finished(lane, found)
        lane.counters.finished(result)
        self._hand_out(lane, result)
        self._part_with_lost(over=False)
        return True

    def _hand_out(self, lane: Lane, result: Result) -> None:
        lane.last = None if result.parting else result
        for outlet in self._outlets:
            outlet.put(result, wait=not lane.live)

    def _part_with_lost(self, *, over: bool) -> None:
        """Say of the faces of sources that are lost, or of all at the end, that they leave."""
        for lane in self._lanes:
            lost = lane.live and lane.counters.away > _GIVEN_UP
            if lane.last is not None and (lost or over):
                shot, shown = lane.last.shot, len(lane.last.faces)
                events = lane.finisher.interrupt(shot.wall)
                lane.last = None
                if events or (lost and shown):
                    self._hand_out(lane, _parting(shot, events))


def _parting(shot: Shot, events: tuple[Event, ...]) -> Result:
    nobody = Detections.empty()
    return Result(shot, nobody, time.monotonic(), inferred=False, events=events, parting=True)


def _finished(lane: Lane, found: Found) -> Result:
    """Give the result; faces of before a source was opened again leave first."""
    shot = found.waiting.shot
    left: tuple[Event, ...] = ()
    if found.waiting.opening != lane.opening:
        lane.opening = found.waiting.opening
        left = lane.finisher.interrupt(lane.last.shot.wall if lane.last else shot.wall)
    result = lane.finisher.finish(shot, found.faces, found.finished)
    return replace(result, events=left + result.events) if left else result
