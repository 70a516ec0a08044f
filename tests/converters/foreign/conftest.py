"""A tiny detector with its description."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(name="ssd")
def _ssd(tmp_path: Path) -> tuple[Path, Path]:
    pytest.importorskip("onnx")
    from tests.converters.foreign.detectors import SSD, write_ssd  # noqa: PLC0415 - needs the extra

    write_ssd(tmp_path / "tiny.onnx")
    (tmp_path / "tiny.toml").write_text(SSD, encoding="utf-8")
    return tmp_path / "tiny.onnx", tmp_path / "tiny.toml"
