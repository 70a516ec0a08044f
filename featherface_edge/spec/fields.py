"""Typed reading of parsed JSON, with the place in the message of every refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_edge.spec.model_spec import JsonValue


def _refuse(value: JsonValue, where: str, wanted: str) -> ValueError:
    return ValueError(f"{where} is {value!r:.60}, wanted {wanted}")


def members(value: JsonValue, where: str) -> Mapping[str, JsonValue]:
    """Give the members of the JSON object at `where`."""
    if isinstance(value, dict):
        return cast("Mapping[str, JsonValue]", value)
    raise _refuse(value, where, "an object")


def record(value: JsonValue, where: str, keys: Sequence[str]) -> Mapping[str, JsonValue]:
    """Give the members of the JSON object at `where`, which has `keys` and no other."""
    found = members(value, where)
    missing = [key for key in keys if key not in found]
    if missing:
        message = f"{where} lacks {', '.join(missing)}"
        raise ValueError(message)
    unknown = [key for key in found if key not in keys]
    if unknown:
        message = f"{where} has unknown {', '.join(unknown)}, known are {', '.join(keys)}"
        raise ValueError(message)
    return found


def items(value: JsonValue, where: str) -> list[JsonValue]:
    """Give the items of the JSON array at `where`."""
    if isinstance(value, list):
        return value
    raise _refuse(value, where, "an array")


def text(value: JsonValue, where: str) -> str:
    """Give the string at `where`."""
    if isinstance(value, str):
        return value
    raise _refuse(value, where, "a string")


def whole(value: JsonValue, where: str) -> int:
    """Give the whole number at `where`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _refuse(value, where, "a whole number")


def number(value: JsonValue, where: str) -> float:
    """Give the number at `where`."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise _refuse(value, where, "a number")


def texts(value: JsonValue, where: str) -> dict[str, str]:
    """Give the JSON object of strings at `where`."""
    return {key: text(item, f"{where}.{key}") for key, item in members(value, where).items()}


def names(value: JsonValue, where: str) -> tuple[str, ...]:
    """Give the strings of the JSON array at `where`."""
    return tuple(text(item, where) for item in items(value, where))


def numbers(value: JsonValue, where: str, count: int) -> tuple[float, ...]:
    """Give the `count` numbers of the JSON array at `where`."""
    found = tuple(number(item, where) for item in items(value, where))
    if len(found) != count:
        raise _refuse(value, where, f"{count} numbers")
    return found


def wholes(value: JsonValue, where: str) -> tuple[int, ...]:
    """Give the whole numbers of the JSON array at `where`."""
    return tuple(whole(item, where) for item in items(value, where))
