"""Frames of cameras that come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import pytest

from featherface_calibration.building import Order, frames, runtime
from featherface_calibration.building.frames import Cursor, Frames
from featherface_calibration.building.places import Place, places
from featherface_edge.errors import SourceError
from tests.calibration.building.orders import SMALL
from tests.calibration.sets import noise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from featherface_edge.detection import Frame

    Gather: TypeAlias = Callable[["Camera", Order | None, Cursor], list[int]]


class Shot(NamedTuple):
    """A captured frame."""

    frame: Frame
    sequence: int
    wall: float = 0.0


class Clock:
    """A clock that goes on by a second whenever it is asked."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


class Camera:
    """Plays one script after the other, each from an open on: frames, an error, or the end."""

    name, live = "hall", True

    def __init__(self, *scripts: Iterable[SourceError | None]) -> None:
        self._scripts = [list(script) for script in scripts]
        self.opened = self.closed = self._given = 0

    def open(self) -> None:
        if self.opened == len(self._scripts):
            raise SourceError("hall is gone")
        self.opened += 1
        self._given = 0

    def read(self) -> Shot | None:
        script = self._scripts[self.opened - 1]
        if not script:
            return None
        step = script.pop(0)
        if step is not None:
            raise step
        self._given += 1
        return Shot(noise(self._given), self._given - 1)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gather:
    def gather(camera: Camera, order: Order | None, cursor: Cursor) -> list[int]:
        def opened(uri: str) -> Camera:
            assert uri == "x:"
            return camera

        monkeypatch.setattr(runtime, "open_source", opened)
        monkeypatch.setattr(frames, "PAUSE_S", 0.0)
        asked = order or Order(("x",), 4, tmp_path / "a.calib", SMALL, seconds=30)
        taken = Frames([Place("x:", "hall")], asked, pytest.fail, Clock()).after(cursor)
        return [each.origin.frame for each in taken]

    return gather


def test_a_lost_camera_is_opened_again(gathered: Gather) -> None:
    camera = Camera([None, None, SourceError("cut off")], [None, None, None])
    assert gathered(camera, None, Cursor()) == [0, 1, 0, 1, 2]
    assert (camera.opened, camera.closed) == (2, 1)


def test_the_seconds_end_it(gathered: Gather, tmp_path: Path) -> None:
    order = Order(("x",), 4, tmp_path / "a.calib", SMALL, seconds=8)
    assert len(gathered(Camera([None] * 99), order, Cursor())) == 6


def test_one_of_some_frames_is_looked_at(gathered: Gather, tmp_path: Path) -> None:
    order = Order(("x",), 4, tmp_path / "a.calib", SMALL, seconds=99, every=3)
    assert gathered(Camera([None] * 8), order, Cursor()) == [0, 3, 6]


def test_a_camera_counts_anew_when_a_build_goes_on(gathered: Gather) -> None:
    assert gathered(Camera([None] * 3), None, Cursor(0, 2)) == [0, 1, 2]


def test_a_camera_that_never_gives_a_frame_is_told(gathered: Gather) -> None:
    camera = Camera([SourceError("silent")])
    with pytest.raises(SourceError, match="hall is gone"):
        gathered(camera, None, Cursor())
    assert camera.closed == 1


def test_what_cannot_be_cured_is_told_at_once(gathered: Gather) -> None:
    camera = Camera([None, SourceError("no such driver", lasting=True)])
    with pytest.raises(SourceError, match="no such driver"):
        gathered(camera, None, Cursor())


def test_without_a_source_it_is_the_board_s_first_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "camera_uris", lambda: ["test:?fps=5", "test:?fps=6"])
    assert places(()) == [Place("test:?fps=5", "test:?fps=5")]
    monkeypatch.setattr(runtime, "camera_uris", list[str])
    with pytest.raises(SourceError, match="found no camera on this board"):
        places(())


def test_passwords_do_not_come_into_the_set() -> None:
    (place,) = places(["rtsp://me:secret@door.local/live"])
    assert place.name == "live"
    (place,) = places(["rtsp://me:secret@door.local"])
    assert "secret" not in place.name
