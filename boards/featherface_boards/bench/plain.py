"""Frozen records as plain JSON values, there and back, by the types of their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from featherface_edge.spec.fields import items, members, number, text, whole
from featherface_edge.spec.manifest import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_edge.spec import JsonValue

__all__ = ["built", "plain"]

Record = TypeVar("Record")


def built(kind: type[Record], value: JsonValue, where: str) -> Record:
    """Give the record of that kind of which `plain` made the value.

    Its fields may be records, numbers, texts (also Literal ones), tuples or mappings of them, None,
    or any JSON.

    Raises: ValueError, naming the place, for a member that is missing, unknown or of another type.
    """
    found = members(value, where)
    hints = get_type_hints(kind)
    unknown = [key for key in found if key not in hints]
    if unknown:
        known = ", ".join(hints)
        raise ValueError(f"{where} has unknown {', '.join(unknown)}, known are {known}")
    missing = [key for key in _wanted(kind) if key not in found]
    if missing:
        raise ValueError(f"{where} lacks {', '.join(missing)}")
    return kind(**{key: _read(hints[key], each, f"{where}.{key}") for key, each in found.items()})


def _wanted(kind: type) -> list[str]:
    return [
        part.name
        for part in fields(kind)
        if part.default is MISSING and part.default_factory is MISSING
    ]


def _truth(value: JsonValue, where: str) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"{where} is {value!r:.60}, wanted true or false")


def _one_of(known: Sequence[object], value: JsonValue, where: str) -> JsonValue:
    if value in known:
        return value
    raise ValueError(f"{where} is {value!r:.60}, wanted {' or '.join(map(str, known))}")


_READERS: Mapping[object, Callable[[JsonValue, str], object]] = {
    str: text,
    int: whole,
    float: number,
    bool: _truth,
}


def _read(hint: object, value: JsonValue, where: str) -> object:
    """Give the value as the type wants it."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint in _READERS:
        return _READERS[hint](value, where)
    if origin is UnionType and len(inner) == 2 and inner[1] is NoneType:  # noqa: PLR2004 -- X | None
        return None if value is None else _read(inner[0], value, where)
    if origin is Literal:
        return _one_of(inner, value, where)
    if origin is tuple:
        return tuple(_read(inner[0], each, where) for each in items(value, where))
    if origin is Mapping:
        found = members(value, where)
        return {key: _read(inner[1], each, f"{where}.{key}") for key, each in found.items()}
    return value if hint is object else built(cast("type[object]", hint), value, where)
