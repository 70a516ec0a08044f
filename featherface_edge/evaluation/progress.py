"""How far an evaluation is, and how long it will still take."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

_TERMINAL_SECONDS = 0.2
_LOG_SECONDS = 30.0


class Progress:
    """Lines such as `edge.onnx: 120/3226 pictures, 4:05 left`, on a stream; call it with counts.

    On a terminal one line is written over and over; in a log a line is added every half minute.
    """

    def __init__(
        self, name: str, stream: TextIO, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._stream = stream
        self._clock = clock
        self._began = self._said = clock()
        self._terminal = stream.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Tell that `done` pictures of `total` are done."""
        now = self._clock()
        pause = _TERMINAL_SECONDS if self._terminal else _LOG_SECONDS
        if done < total and now - self._said < pause:
            return
        self._said = now
        start, end = ("\r\x1b[K", "") if self._terminal else ("", "\n")
        self._stream.write(f"{start}{self._line(done, total, now - self._began)}{end}")
        if done == total and self._terminal:
            self._stream.write("\n")
        self._stream.flush()

    def _line(self, done: int, total: int, seconds: float) -> str:
        rest = seconds / done * (total - done)
        time_text = f"{clock_text(rest)} left" if done < total else f"took {clock_text(seconds)}"
        return f"{self._name}: {done}/{total} pictures, {time_text}"


def clock_text(seconds: float) -> str:
    """The duration as m:ss or h:mm:ss."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
