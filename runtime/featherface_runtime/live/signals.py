"""An orderly end when the system or the user asks for one."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType

_ASKS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stopping(stop: Callable[[], None]) -> Generator[None, None, None]:
    """Call `stop` when SIGTERM or SIGINT comes within the block; for the main thread.

    A second one does what it did before. stop: only notes the wish, as Stream.stop does.
    """
    before = {each: signal.getsignal(each) for each in _ASKS}

    def restore() -> None:
        for each, handler in before.items():
            signal.signal(each, handler)

    def handle(_number: int, _frame: FrameType | None) -> None:
        restore()
        stop()

    for each in _ASKS:
        signal.signal(each, handle)
    try:
        yield
    finally:
        restore()
