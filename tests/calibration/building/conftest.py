"""What tests of builds begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.calibration.building.orders import write_photographs

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_photographs(tmp_path / "photos")
