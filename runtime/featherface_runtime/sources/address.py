"""The parts of the URI of a source or sink."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import parse_qsl

from featherface_edge.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_PASSWORD = re.compile(r"(//[^/@:]*):[^/]*@")
# As cameras and servers call what nobody else shall know.
_SECRET = re.compile(r"(?i)\b((?:token|pass|passwd|password|pwd|secret|auth|key|api_?key)=)[^&#]*")
SLOWEST = 0.2  # frames a second of a source that is not to look stuck


class UriKind(NamedTuple):
    """A kind of source or sink: the module that makes it, and how its URIs look."""

    module: str
    syntax: str


def shown(uri: str) -> str:
    """Give the URI as it may be shown and logged: a password or token is three stars."""
    return _SECRET.sub(r"\1***", _PASSWORD.sub(r"\1:***@", uri))


class Settings:
    """The options of a URI: KEY=VALUE, joined by &, behind the mark.

    place: what stands between scheme and mark, without the slashes before it.

    Raises: SourceError for a key that is not known, that stands twice, or that has no value.
    """

    def __init__(self, uri: str, known: tuple[str, ...], mark: str = "?") -> None:
        self.uri = uri
        body, _, options = uri.partition(":")[2].partition(mark)
        self.place = body.removeprefix("//")
        pairs = parse_qsl(options, keep_blank_values=True)
        self._values = dict(pairs)
        self._check(known, [key for key, _ in pairs])

    def text(self, key: str, default: str = "") -> str:
        """Give what is written there."""
        return self._values.get(key, default)

    def size(self, key: str) -> tuple[int, int] | None:
        """Give WxH as width and height in pixels, or None where it is not given."""
        return self._read(key, None, _size, "WIDTHxHEIGHT such as 1280x720")

    def number(self, key: str, default: float) -> float:
        """Give a number of 0 or more."""
        return self._read(key, default, _number, "a number of 0 or more")

    def rate(self, key: str, default: float) -> float:
        """Give frames a second, 0 or enough of them for a source that is not to look stuck."""
        return self._read(key, default, _rate, f"0, or {SLOWEST} and more frames a second")

    def count(self, key: str, default: int) -> int:
        """Give a whole number of 0 or more."""
        return self._read(key, default, _count, "a whole number of 0 or more")

    def flag(self, key: str, *, default: bool) -> bool:
        """Give true or false."""
        return self._read(key, default, lambda text: _FLAGS[text.lower()], "true or false")

    def choice(self, key: str, values: tuple[str, ...], default: str = "") -> str:
        """Give one of the values, whatever the case."""
        by_name = {value.lower(): value for value in values}
        wanted = f"one of {', '.join(values)}"
        return self._read(key, default, lambda text: by_name[text.lower()], wanted)

    def code(self, key: str) -> str:
        """Give the four letters of a pixel format, or nothing where it is not given."""
        return self._read(key, "", _code, "four letters such as MJPG or YUYV")

    def _read(self, key: str, default: _T, read: Callable[[str], _T], wanted: str) -> _T:
        if key not in self._values:
            return default
        try:
            return read(self._values[key])
        except (KeyError, ValueError):
            found = f"{key}={self._values[key]} in {shown(self.uri)}"
            raise SourceError(f"{found} is not understood, wanted {wanted}", lasting=True) from None

    def _check(self, known: tuple[str, ...], keys: list[str]) -> None:
        for key in keys:
            if key not in known:
                told = f"{shown(self.uri)} has no option {key!r}"
                message = f"{told}, known: {', '.join(known) or 'none'}"
                raise SourceError(message, lasting=True)
            if keys.count(key) > 1:
                message = f"{shown(self.uri)} has the option {key!r} twice: give it once"
                raise SourceError(message, lasting=True)


def _size(text: str) -> tuple[int, int]:
    width, height = (int(side) for side in text.lower().split("x"))
    if width < 1 or height < 1:
        raise ValueError
    return width, height


def _number(text: str) -> float:
    value = float(text)
    if not 0 <= value < math.inf:
        raise ValueError
    return value


def _rate(text: str) -> float:
    value = _number(text)
    if 0 < value < SLOWEST:
        raise ValueError
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError
    return value


def _code(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9 ]{4}", text):
        raise ValueError
    return text.upper()
