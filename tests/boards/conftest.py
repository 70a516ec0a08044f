"""Pairs of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.keys import Keys, make_keys

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """Give a pair."""
    folder = tmp_path / "keys"
    folder.mkdir()
    return make_keys(folder)


@pytest.fixture
def other_keys(tmp_path: Path) -> Keys:
    """Give another one."""
    folder = tmp_path / "other"
    folder.mkdir()
    return make_keys(folder)
