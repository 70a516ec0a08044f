"""The newest thing, for as many who wait for it as there are."""

from __future__ import annotations

from threading import Condition
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Latest(Generic[_T]):
    """A value with a number, from 1, that grows with each new one. Any thread may call."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._value: _T | None = None
        self._number = 0
        self._ended = False

    def put(self, value: _T) -> None:
        """Replace the value, and wake who waits."""
        with self._changed:
            self._value = value
            self._number += 1
            self._changed.notify_all()

    def end(self) -> None:
        """Say that no other comes."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def after(self, number: int, seconds: float) -> tuple[int, _T] | None:
        """Give the newest value and its number, once that is beyond the number given.

        None: there is none within so many seconds, or no other comes.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._number > number, seconds)
            if self._value is None or self._ended or self._number <= number:
                return None
            return self._number, self._value

    @property
    def number(self) -> int:
        """The number of the newest value, 0 before the first."""
        return self._number

    @property
    def ended(self) -> bool:
        """Whether no other comes."""
        return self._ended
