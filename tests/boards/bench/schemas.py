"""The JSON schema of result files, drawn from the records that read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from featherface_boards.bench.record import SCHEMA_VERSION, Run

_PLAIN = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    object: {},
}
_BELOW_ZERO = {"temperature_c"}  # the only numbers that may be


def schema() -> dict[str, Any]:
    """Give the schema of a whole file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Results of fe-bench",
        "type": "object",
        "properties": {
            "schema_version": {"const": SCHEMA_VERSION},
            "runs": {"type": "array", "items": _of(Run, "runs")},
        },
        "required": ["schema_version", "runs"],
        "additionalProperties": False,
    }


def _of(hint: Any, name: str) -> dict[str, Any]:  # noqa: ANN401 -- any type of a field
    origin, inner = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        assert isinstance(hint, type)
        return _record(hint)
    if origin is UnionType:
        assert inner[1] is NoneType
        return {"anyOf": [_of(inner[0], name), {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": _of(inner[0], name)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _of(inner[1], name)}
    found: dict[str, Any] = dict(_PLAIN[hint])
    if hint in {int, float} and name not in _BELOW_ZERO:
        found["minimum"] = 0
    return found


def _record(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    needed = [
        each.name
        for each in fields(kind)
        if each.default is MISSING and each.default_factory is MISSING
    ]
    return {
        "type": "object",
        "properties": {name: _of(hint, name) for name, hint in hints.items()},
        "required": needed,
        "additionalProperties": False,
    }


if __name__ == "__main__":
    import json
    import sys

    sys.stdout.write(json.dumps(schema(), indent=1) + "\n")
