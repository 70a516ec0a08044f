"""Frames of all sources, one after the other, with where each is from."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple

from featherface_calibration.archive import Origin
from featherface_calibration.building import runtime
from featherface_edge.errors import SourceError
from featherface_edge.files import sha256_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from featherface_calibration.building.order import Order
    from featherface_calibration.building.places import Place
    from featherface_edge.detection import Frame

PAUSE_S = 0.5  # before a lost camera is opened again


class Taken(NamedTuple):
    """A frame (H, W, 3) uint8 RGB, its origin, and the number of its place in the order."""

    frame: Frame
    origin: Origin
    place: int


class Cursor(NamedTuple):
    """How far a build is: places that are done, and frames of the next one."""

    place: int = 0
    frame: int = 0


class Frames:
    """Iterates over the frames of places, from a cursor on.

    unread: told why a photograph or video could not be read. clock: seconds, for live sources.
    """

    def __init__(
        self,
        places: list[Place],
        order: Order,
        unread: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places, self._order, self._unread, self._clock = places, order, unread, clock

    def after(self, cursor: Cursor) -> Iterator[Taken]:
        """Yield the frames behind the cursor.

        Raises: SourceError when a live source gives no frame at all.
        """
        for number, place in enumerate(self._places[cursor.place :], cursor.place):
            first = cursor.frame if number == cursor.place else 0
            yield from self._of(place, number, first)

    def _of(self, place: Place, number: int, first: int) -> Iterator[Taken]:
        source = runtime.open_source(place.uri)
        with closing(source):
            reader = self._live if source.live else self._still
            for shot in reader(source):
                done = shot.sequence < first and not source.live  # a camera counts anew
                if done or shot.sequence % self._order.every:
                    continue
                yield Taken(shot.frame, _origin(shot, place, live=source.live), number)

    def _still(self, source: runtime.Source) -> Iterator[runtime.Shot]:
        """Give all frames; the next one is tried where one cannot be read."""
        try:
            source.open()
        except SourceError as error:
            self._unread(str(error))
            return
        while True:
            try:
                shot = source.read()
            except SourceError as error:
                self._unread(str(error))
                continue
            if shot is None:
                return
            yield shot

    def _live(self, source: runtime.Source) -> Iterator[runtime.Shot]:
        """Give what comes within the order's seconds; a lost camera is opened again."""
        end, came = self._clock() + self._order.seconds, False
        lost: list[SourceError] = []
        while self._clock() < end:
            for shot in self._until(end, source, lost):
                came = True
                yield shot
            if not lost:
                return
            time.sleep(PAUSE_S)
        if not came:
            raise lost[-1]

    def _until(
        self, end: float, source: runtime.Source, lost: list[SourceError]
    ) -> Iterator[runtime.Shot]:
        """Give what comes before `end`, or before the camera is lost, which is then noted."""
        lost.clear()
        try:
            source.open()
            while self._clock() < end and (shot := source.read()) is not None:
                yield shot
        except SourceError as error:
            if error.lasting:
                raise
            lost.append(error)


def _origin(shot: runtime.Shot, place: Place, *, live: bool) -> Origin:
    height, width = shot.frame.shape[:2]
    return Origin(
        source=place.name,
        name="" if live else _name(place),
        frame=shot.sequence,
        taken=_utc(shot.wall) if live else _changed(place.file),
        sha256=sha256_file(place.file) if place.file else "",
        width=width,
        height=height,
    )


def _name(place: Place) -> str:
    return place.uri.rsplit("/", 1)[-1]


def _changed(file: Path | None) -> str:
    return _utc(file.stat().st_mtime) if file else ""


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")
