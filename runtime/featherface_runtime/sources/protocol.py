"""What the live runtime asks of a place where frames come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from featherface_runtime.live.shot import Shot


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How long a source may keep its caller waiting, in seconds."""

    open_timeout: float = 3.0
    read_timeout: float = 3.0

    def __post_init__(self) -> None:
        if self.open_timeout <= 0 or self.read_timeout <= 0:
            given = f"{self.open_timeout} and {self.read_timeout}"
            message = f"timeouts must be more than 0 s, got {given}"
            raise ValueError(message)


class Source(Protocol):
    """A camera, a stream or files. It belongs to one thread: who opens it reads and closes it.

    name: what users know it by. live: frames that nobody takes in time are lost; other sources wait
    for their reader. After an error a live source must be opened again; another one goes on behind
    what it could not read.
    """

    name: str
    live: bool

    def open(self) -> None:
        """Connect, or connect anew: what was open is closed, and frames count from 0 again.

        Raises: SourceError when it is not there, busy or not reachable within the open timeout.
        """
        ...

    def read(self) -> Shot | None:
        """Give the next frame, or None at the end.

        Raises: SourceError when the source is lost, or silent for longer than the read timeout.
        """
        ...

    def close(self) -> None:
        """Let go of the camera or file; nothing happens where nothing is open."""
        ...
