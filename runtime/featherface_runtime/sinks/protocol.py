"""What a place must offer where results go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_runtime.live.result import Result
    from featherface_runtime.live.snapshot import TelemetrySnapshot


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source as sinks know it.

    name: that of its shots. live: frames that nobody takes in time are lost. still: it is a single
    photograph.
    """

    name: str
    live: bool
    still: bool = False


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """What is known before the first result: the sources, and the network with its canvas."""

    sources: tuple[SourceInfo, ...]
    model: str = ""


@dataclass(frozen=True, slots=True)
class Ties:
    """What sinks may need of the program that they belong to.

    snapshot: gives its counters. stop: asks it to end, as a user does who closes the window.
    """

    snapshot: Callable[[], TelemetrySnapshot]
    stop: Callable[[], None]


class Sink(Protocol):
    """A place where frames with their faces go; it belongs to one thread.

    name: what counters call it. newest: of results that wait, only the newest one matters, as on a
    screen; others are kept as long as there is room, and those that are lost are counted.
    """

    name: str
    newest: bool

    def begin(self, info: StreamInfo) -> None:
        """Get ready, before the first result.

        Raises: SinkError when it cannot.
        """
        ...

    def write(self, result: Result) -> None:
        """Take one result.

        Raises: SinkError when it cannot be kept; the next one may be.
        """
        ...

    def close(self) -> None:
        """Finish what was begun, so that it can be used; nothing comes after it."""
        ...
