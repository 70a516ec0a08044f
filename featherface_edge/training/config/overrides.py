"""Single values of a training file that the command line replaces."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args, get_origin

from featherface_edge.training.config.tables import (
    Place,
    Table,
    UnknownKeyError,
    field_kinds,
    is_section,
    to_value,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Sequence


def apply(table: Table, override: str, kind: type) -> None:
    """Put the value of `section.key=value` into the table that will become a record of `kind`.

    An empty value takes the key out. Relative paths start at the working directory.

    Raises: UnknownKeyError; ValueError for a wrong value, or what is no override.
    """
    key, equals, text = (part.strip() for part in override.partition("="))
    if not (equals and key and override.isprintable()):
        raise ValueError(f"{override!r} is no override, wanted section.key=value")
    path, wanted = _target(kind, key.split("."))
    section = _section(table, path[:-1])
    if text:
        section[path[-1]] = _value(wanted, text, ".".join(path))
    else:
        section.pop(path[-1], None)


def _target(kind: object, parts: Sequence[str]) -> tuple[list[str], object]:
    """The names on the way to a key, and its type; in a mapping, the rest is one name."""
    names: list[str] = []
    for depth, part in enumerate(parts):
        if get_origin(kind) is Mapping:
            return [*names, ".".join(parts[depth:])], get_args(kind)[1]
        known = field_kinds(kind) if is_section(kind) else dict[str, object]()
        names.append(part)
        if part not in known:
            raise UnknownKeyError(".".join(names), list(known))
        kind = known[part]
    return names, kind


def _section(table: Table, names: Sequence[str]) -> Table:
    """The inner table of this name, made where there is none."""
    for depth, name in enumerate(names, 1):
        inner = table.setdefault(name, {})
        if not isinstance(inner, dict):
            raise Place(".".join(names[:depth]), Path()).refusal(inner, "a table")
        table = cast("Table", inner)
    return table


def _value(kind: object, text: str, key: str) -> object:
    if is_section(kind):
        example = f"{key}.{next(iter(field_kinds(kind)))}=..."
        raise ValueError(f"{key} is a section: give its keys, such as {example}")
    return to_value(kind, _parsed(kind, text), Place(key, Path()))


def _parsed(kind: object, text: str) -> object:
    """The TOML value; the bare text where a text is wanted, or where it is no TOML."""
    try:
        parsed: object = tomllib.loads(f"value = {text}")["value"]
    except ValueError:
        return text
    return parsed if isinstance(parsed, _takes(kind)) else text


def _takes(kind: object) -> type | tuple[type, ...]:
    """The kinds of TOML value that are not meant as bare text."""
    if kind is str or kind is Path or get_origin(kind) is Literal:
        return str
    return (str, list) if get_args(kind) in ((str, ...), (Path, ...)) else object
