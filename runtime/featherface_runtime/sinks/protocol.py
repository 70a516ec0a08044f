"""What the command asks of a place where results go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from featherface_runtime.scan import Seen


class Sink(Protocol):
    """A place where frames with their faces go."""

    def write(self, seen: Seen) -> None:
        """Take one frame with its faces."""
        ...
