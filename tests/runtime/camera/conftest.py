"""What all tests of fe-camera begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user's own profile would lie; there is none."""
    file = tmp_path / "own" / "board.toml"
    monkeypatch.setenv("FEATHERFACE_CONFIG", str(file))
    return file
