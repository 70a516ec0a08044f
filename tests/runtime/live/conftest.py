"""What the tests of streams begin with."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from featherface_runtime import Detector
from featherface_runtime.live import Patience, StreamOptions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.runtime.conftest import FakeModel

QUICK = Patience(0.01, 0.02)


@pytest.fixture
def detector(fake_model: FakeModel) -> Iterator[Detector]:
    with Detector(fake_model.path) as detector:
        yield detector


@pytest.fixture
def options(tmp_path: Path) -> StreamOptions:
    return StreamOptions(patience=QUICK, root=tmp_path)


@pytest.fixture
def hot_board(tmp_path: Path) -> Path:
    """The temperature of a board that is too hot."""
    zone = tmp_path / "sys/class/thermal/thermal_zone0"
    zone.mkdir(parents=True)
    (zone / "temp").write_text("91000\n")
    return zone / "temp"


@pytest.fixture
def mishaps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Errors that end a thread, which pytest would fail for."""
    seen: list[str] = []

    def note(args: threading.ExceptHookArgs) -> None:
        seen.append(str(args.exc_value))

    monkeypatch.setattr(threading, "excepthook", note)
    return seen
