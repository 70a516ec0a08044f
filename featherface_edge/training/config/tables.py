"""Records from tables of plain values, as TOML has them, and back.

Own code, not msgspec or cattrs: those ignore a dataclass's unknown keys or turn "3" into 3, cannot
name the key of a wrong value inside a mapping, and do not know which folder a path is relative to.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    NamedTuple,
    TypeGuard,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Record = TypeVar("Record")
Table = dict[str, object]
LARGEST = 2**63 - 1  # of TOML's whole numbers
SHOWN = 60  # characters of a wrong value in a message


class UnknownKeyError(ValueError):
    """A key that a record does not have; key: with its sections, known: what stands there."""

    def __init__(self, key: str, known: Sequence[str]) -> None:
        self.key, self.known = key, known
        super().__init__(f"there is no key {key}")


class Place(NamedTuple):
    """Where a value stands: its dotted key, and the folder that relative paths start from."""

    key: str
    base: Path

    def inside(self, name: str) -> Place:
        """The place of a member."""
        return Place(f"{self.key}.{name}" if self.key else name, self.base)

    def refusal(self, value: object, wanted: str) -> ValueError:
        """The error of a value that stands here."""
        shown = repr(str(value) if isinstance(value, Path) else value)
        shown = shown if len(shown) <= SHOWN else shown[:SHOWN] + "..."
        return ValueError(f"{self.key or 'the file'} is {shown}, wanted {wanted}")


def is_section(kind: object) -> TypeGuard[type]:
    """Whether the type is a record."""
    return isinstance(kind, type) and is_dataclass(kind)


def field_kinds(kind: type) -> Mapping[str, object]:
    """The types of a record's fields by name; `X | None` is X, for TOML has no null."""
    hints = get_type_hints(kind)
    return {item.name: _present(hints[item.name]) for item in fields(kind)}


def dotted_keys(kind: type, prefix: str = "") -> list[str]:
    """The keys of all values that a record and the records in it take."""
    found: list[str] = []
    for name, inner in field_kinds(kind).items():
        if is_section(inner):
            found += dotted_keys(inner, f"{prefix}{name}.")
        else:
            found.append(prefix + name)
    return found


def to_record(kind: type[Record], table: object, place: Place) -> Record:
    """The record that a table describes.

    Raises: UnknownKeyError; ValueError, with the key, for a missing or wrong value.
    """
    if isinstance(table, kind):
        return table
    if not isinstance(table, dict):
        raise place.refusal(table, "a table")
    members, kinds = cast("Table", table), field_kinds(kind)
    for name in members:
        if name not in kinds:
            raise UnknownKeyError(place.inside(name).key, list(kinds))
    given = {**_required_sections(kind), **members}
    missing = [place.inside(name).key for name in _required(kind) if name not in given]
    if missing:
        raise ValueError(f"{', '.join(missing)} is missing: give it")
    return kind(**{name: to_value(kinds[name], given[name], place.inside(name)) for name in given})


def to_value(kind: Any, value: object, place: Place) -> object:  # noqa: ANN401 - a type form
    """The value of a field of this type.

    Raises: ValueError, with the key, when the value is of another type.
    """
    if is_section(kind):
        return to_record(cast("type[object]", kind), value, place)
    builder = _BUILDERS.get(get_origin(kind) or kind)
    if builder is None:
        raise TypeError(f"{place.key} has the type {kind}, which no training file can hold")
    return builder(value, get_args(kind), place)


def to_table(record: object) -> Table:
    """The table that describes the record; None is left out, paths are absolute."""
    members = {item.name: getattr(record, item.name) for item in fields(cast("Any", record))}
    return {name: _plain(value) for name, value in members.items() if value is not None}


def _present(kind: Any) -> object:  # noqa: ANN401 - a type form
    if get_origin(kind) not in (Union, UnionType):
        return kind
    kinds = [each for each in get_args(kind) if each is not NoneType]
    return kinds[0] if len(kinds) == 1 else kind


def _required(kind: type) -> list[str]:
    return [
        item.name
        for item in fields(kind)
        if item.default is MISSING and item.default_factory is MISSING
    ]


def _required_sections(kind: type) -> Table:
    """Empty tables for required sections: what they lack is named key by key."""
    kinds = field_kinds(kind)
    return {name: {} for name in _required(kind) if is_section(kinds[name])}


def _plain(value: object) -> object:
    if is_dataclass(value):
        return to_table(value)
    if isinstance(value, Path):
        return os.path.abspath(value)  # noqa: PTH100 - resolve() would follow links
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[object, ...]", value)]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in cast("Mapping[str, object]", value).items()}
    return value


def _switch(value: object, _inner: tuple[Any, ...], place: Place) -> bool:
    if isinstance(value, bool):
        return value
    raise place.refusal(value, "true or false")


def _whole(value: object, _inner: tuple[Any, ...], place: Place) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST:
        return value
    raise place.refusal(value, "a whole number")


def _number(value: object, _inner: tuple[Any, ...], place: Place) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and _is_finite(value):
        return float(value)
    raise place.refusal(value, "a number")


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond the largest float
        return False


def _text(value: object, _inner: tuple[Any, ...], place: Place) -> str:
    if isinstance(value, str):
        return value
    raise place.refusal(value, "a text")


def _path(value: object, _inner: tuple[Any, ...], place: Place) -> Path:
    if isinstance(value, Path):
        return value
    if isinstance(value, str) and value and "\0" not in value:
        return Path(os.path.abspath(place.base / Path(value).expanduser()))  # noqa: PTH100 - as above
    raise place.refusal(value, "a path")


def _choice(value: object, inner: tuple[Any, ...], place: Place) -> object:
    if isinstance(value, str) and value in inner:
        return value
    raise place.refusal(value, f"one of {', '.join(inner)}")


def _items(value: object, inner: tuple[Any, ...], place: Place) -> tuple[object, ...]:
    """A tuple; where texts or paths are listed, a lone one is a list of one."""
    if isinstance(value, str) and inner in ((str, ...), (Path, ...)):
        value = [value]
    if not isinstance(value, list | tuple):
        raise place.refusal(value, "an array")
    found = cast("Sequence[object]", value)
    kinds = inner[:1] * len(found) if inner[-1] is Ellipsis else inner
    if len(found) != len(kinds):
        raise place.refusal(list(found), f"{len(kinds)} values")
    pairs = enumerate(zip(kinds, found, strict=True))
    return tuple(
        to_value(kind, item, Place(f"{place.key}[{index}]", place.base))
        for index, (kind, item) in pairs
    )


def _mapping(value: object, inner: tuple[Any, ...], place: Place) -> dict[str, object]:
    if not isinstance(value, dict):
        raise place.refusal(value, "a table")
    members = cast("Table", value)
    return {key: to_value(inner[1], item, place.inside(key)) for key, item in members.items()}


_BUILDERS: Mapping[object, Callable[[object, tuple[Any, ...], Place], object]] = {
    bool: _switch,
    int: _whole,
    float: _number,
    str: _text,
    Path: _path,
    Literal: _choice,
    tuple: _items,
    Mapping: _mapping,
}
