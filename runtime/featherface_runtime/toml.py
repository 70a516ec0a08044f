"""TOML on every Python that we support."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from featherface_edge.optional import load

if TYPE_CHECKING:
    from featherface_edge.spec import JsonValue


def loads(text: str, feature: str, extra: str) -> dict[str, JsonValue]:
    """Give the table of a TOML text.

    feature, extra: what needs it and what brings the reader on Python 3.10, for the message.

    Raises: ValueError when it is no TOML; MissingDependencyError on Python 3.10 without a reader.
    """
    module = load("tomllib" if sys.version_info >= (3, 11) else "tomli", feature, extra)
    table: dict[str, JsonValue] = module.loads(text)
    return table


def written(value: object) -> str:
    """Give a text, number, truth or a list of them as TOML writes it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
