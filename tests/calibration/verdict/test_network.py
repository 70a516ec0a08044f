"""Ranges in a network of one's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from featherface_calibration import shipped_calibration
from featherface_edge.cli import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.convert, pytest.mark.slow]


def test_ranges_of_a_shipped_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in shipped_calibration().files[::4]:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    status = main(["calib", "check", str(tmp_path), "--network", "edge-pico", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert status in {0, 3}
    assert found["network"] == "edge-pico"
    assert all(0.5 < each <= 1 for each in found["likeness"])
    assert {"fine", "map cls_8"} <= {each["name"] for each in found["blocks"]}
