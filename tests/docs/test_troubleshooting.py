"""The page of messages quotes what the code says."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.docs.reading import ROOT

FOLDERS = ("featherface_edge", "runtime", "converters", "boards", "calibration")
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
MESSAGES = re.findall(r"^### `(.+)`$", PAGE, re.MULTILINE)


@cache
def texts() -> tuple[str, ...]:
    """Give every text of the code: what stands between the values of an f-string is one each."""
    found: list[str] = []
    for folder in FOLDERS:
        for file in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
            found += [node.value for node in constants if isinstance(node.value, str)]
    return tuple(found)


def test_there_are_messages() -> None:
    assert len(MESSAGES) > 10


@pytest.mark.parametrize("message", MESSAGES)
def test_a_quoted_message_is_one_of_the_code(message: str) -> None:
    parts = [part.strip() for part in message.split("…")]
    for part in filter(None, parts):
        assert any(part in text for text in texts()), f"nothing says {part!r}"
