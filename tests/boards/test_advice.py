from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from featherface_boards.advice import advised
from featherface_boards.profile import load

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_profile_of_the_board_advises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEATHERFACE_CONFIG", str(tmp_path / "board.toml"))
    tree = tmp_path / "proc/device-tree"
    tree.mkdir(parents=True)
    (tree / "compatible").write_bytes(b"raspberrypi,4-model-b\0brcm,bcm2711\0")
    advice, found = load("raspberry-pi-4").advice, advised(tmp_path)
    assert found is not None
    assert (found.model, found.size, found.threads) == (advice.model, advice.size, advice.threads)
    assert found.reason == "advised for Raspberry Pi 4 Model B"


def test_an_unknown_board_gets_no_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEATHERFACE_CONFIG", str(tmp_path / "board.toml"))
    assert advised(tmp_path) is None


def test_without_a_reader_of_profiles_there_is_no_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tomllib" if sys.version_info >= (3, 11) else "tomli", None)
    assert advised() is None
