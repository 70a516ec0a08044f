"""The settings of fe-camera in a TOML file, read and written."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from featherface_edge.arguments import size
from featherface_edge.errors import FeatherfaceError, UsageError
from featherface_runtime.camera.settings import CameraSettings, FeedSettings
from featherface_runtime.toml import loads, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_SOURCE = "source"


class _Kind(NamedTuple):
    """What a value of the file must be, in words, and what makes it one of the settings."""

    wanted: str
    read: Callable[[Any], object]


def read_config(path: Path) -> CameraSettings:
    """Give the settings of a file.

    Raises: UsageError for a file that cannot be read, and for a key or value that is not known;
    MissingDependencyError on Python 3.10 without the extra camera.
    """
    try:
        table = loads(path.read_text(encoding="utf-8"), "--config", "camera")
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}): name another --config"
        raise UsageError(message) from error
    except ValueError as error:  # also of what is not UTF-8
        message = f"{path} is no TOML file ({error}): correct it"
        raise UsageError(message) from error
    try:
        return _settings(table)
    except FeatherfaceError as error:
        raise UsageError(f"{path}: {error}") from error


def write_config(settings: CameraSettings) -> str:
    """Give the text of a file with these settings."""
    lines = [
        f"{key} = {_written(getattr(settings, key), key)}"
        for key in _KINDS
        if getattr(settings, key) not in (None, "", ()) or key == "preview"
    ]
    for feed in settings.sources:
        lines += ["", f"[[{_SOURCE}]]"]
        lines += [
            f"{key} = {_written(getattr(feed, key))}"
            for key in _FEED_KINDS
            if getattr(feed, key) not in ("", ())
        ]
    return "\n".join(lines) + "\n"


def _settings(table: Mapping[str, Any]) -> CameraSettings:
    rest = {key: value for key, value in table.items() if key != _SOURCE}
    values = _values(rest, _KINDS, (_SOURCE,))
    feeds = table.get(_SOURCE, [])
    if not _are_tables(feeds):
        message = 'source is not understood: wanted [[source]] with uri = "..." below it'
        raise UsageError(message)
    tables = cast("list[dict[str, Any]]", feeds)
    return CameraSettings(sources=tuple(map(_feed, tables)), **cast("dict[str, Any]", values))


def _are_tables(value: object) -> bool:
    if not isinstance(value, list):
        return False
    return all(isinstance(each, dict) for each in cast("list[object]", value))


def _feed(table: Mapping[str, Any]) -> FeedSettings:
    if "uri" not in table:
        message = 'a [[source]] has no uri: wanted uri = "rtsp://..." or another source'
        raise UsageError(message)
    return FeedSettings(**cast("dict[str, Any]", _values(table, _FEED_KINDS, ())))


def _values(
    table: Mapping[str, Any], kinds: Mapping[str, _Kind], others: tuple[str, ...]
) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in table.items():
        if key not in kinds:
            message = f"there is no setting {key!r}, known: {', '.join((*kinds, *others))}"
            raise UsageError(message)
        try:
            values[key] = kinds[key].read(value)
        except (TypeError, ValueError, argparse.ArgumentTypeError) as error:
            message = f"{key} = {value!r} is not understood: wanted {kinds[key].wanted}"
            raise UsageError(message) from error
    return values


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError
    return float(value)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def _size(value: object) -> tuple[int, int]:
    return size(_text(value))


def _many(read: Callable[[Any], object]) -> Callable[[Any], object]:
    def read_all(value: object) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise TypeError
        return tuple(map(read, cast("list[object]", value)))

    return read_all


def _address(value: object) -> str:
    return "" if value is False else _text(value)


def _written(value: object, key: str = "") -> str:
    if key == "size":
        value = "x".join(map(str, cast("tuple[int, int]", value)))
    if key == "preview" and not value:
        value = False
    return written(value)


_TEXT = _Kind('a text in "..."', _text)
_TEXTS = _Kind('a list of texts, ["...", "..."]', _many(_text))
_COUNT = _Kind("a whole number", _count)
_NUMBER = _Kind("a number", _number)
_KINDS = {
    "model": _TEXT,
    "size": _Kind('a size such as "320x256"', _size),
    "format": _TEXT,
    "threads": _COUNT,
    "provider": _TEXT,
    "score": _NUMBER,
    "rate": _NUMBER,
    "anonymise": _TEXT,
    "sketch": _TEXT,
    "preview": _Kind('an address such as "127.0.0.1:8080", or false', _address),
    "token": _TEXT,
    "viewers": _COUNT,
    "sinks": _TEXTS,
}
_FEED_KINDS = {
    "uri": _TEXT,
    "name": _TEXT,
    "every": _COUNT,
    "region": _Kind("a list of 4 numbers, [left, top, right, bottom]", _many(_number)),
    "lines": _TEXTS,
    "zones": _TEXTS,
}
