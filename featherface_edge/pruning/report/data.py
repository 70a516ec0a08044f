"""The figures of a pruning run for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from featherface_edge.pruning.record import PruningRecord


def to_json(record: PruningRecord) -> str:
    """The record as JSON, named as its fields are; the photographs are left out."""
    plain = _plain(replace(record, examples=()))
    plain.pop("examples")
    return json.dumps(plain, indent=1, default=_plain, allow_nan=False) + "\n"


def _plain(value: object) -> dict[str, object]:
    """The members of a record or of a mapping.

    Raises: TypeError for anything else.
    """
    if is_dataclass(value):
        return {part.name: getattr(value, part.name) for part in fields(value)}
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, object]", value))
    raise TypeError(f"{value!r:.60} cannot be written as JSON")
