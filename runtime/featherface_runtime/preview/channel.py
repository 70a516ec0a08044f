"""The newest picture of one source, made only while somebody looks."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from featherface_edge.optional import load
from featherface_runtime.sinks.latest import Latest
from featherface_runtime.sinks.message import watched
from featherface_runtime.sinks.painting import jpeg, picture

if TYPE_CHECKING:
    from featherface_edge.detection import Frame
    from featherface_runtime.live.result import Result

_UNWATCHED_SECONDS = 2.0  # nobody asked for so long: nobody looks
_SILENT_SECONDS = 1.0
_LONGEST = 1280  # pixels of a picture's longer side; phones show no more
_QUALITY = 75
_LENGTH_BYTES = 4


class Channel:
    """The newest picture of a source with what was found in it; any thread may ask."""

    def __init__(self) -> None:
        self._latest: Latest[bytes] = Latest()
        self._asked = float("-inf")

    @property
    def watched(self) -> bool:
        """Whether somebody looks."""
        return time.monotonic() - self._asked < _UNWATCHED_SECONDS

    def show(self, result: Result) -> None:
        """Take the result, where somebody looks; it is encoded once for all.

        Raises: SinkError when the picture is too large for a JPEG file.
        """
        if self.watched:
            self._latest.put(packed(result))

    def after(self, number: int) -> tuple[int, bytes] | None:
        """Give the newest picture, as `packed`, and its number, once that is another one.

        None: there is none within a second.
        """
        newest = self._latest.number
        if number > newest:  # of a server before this one
            number = 0
        if not self.watched:  # that one is from when the last viewer left
            number = newest
        self._asked = time.monotonic()
        return self._latest.after(number, _SILENT_SECONDS)

    def end(self) -> None:
        """Say that no other comes."""
        self._latest.end()


def packed(result: Result) -> bytes:
    """Give four bytes with the length of what follows, what was found as JSON, and a JPEG file.

    Picture and faces travel together, so that the page draws boxes where the faces are.
    """
    found = json.dumps(watched(result)).encode()
    return len(found).to_bytes(_LENGTH_BYTES, "big") + found + jpeg(_fitting(result), _QUALITY)


def _fitting(result: Result) -> Frame:
    frame = picture(result)
    height, width = frame.shape[:2]
    if max(width, height) <= _LONGEST:
        return frame
    cv2 = load("cv2", "resizing pictures", "")
    share = _LONGEST / max(width, height)
    size = (max(round(width * share), 1), max(round(height * share), 1))
    smaller: Frame = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    return smaller
