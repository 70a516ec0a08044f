"""Picamera2, and the list of a board's cameras: the camera's side is a stand-in."""

from __future__ import annotations

import struct
import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from featherface_edge.errors import SourceError
from featherface_runtime.sources import SourceOptions, cameras, open_source
from featherface_runtime.sources.listing import Node, ask, node
from tests.pictures import plain


class FakeRequest:
    """A frame of Picamera2."""

    def __init__(self, log: list[str], *, broken: bool) -> None:
        self.request = SimpleNamespace(sequence=70 + 3 * len(log))
        self._log = log
        self._broken = broken

    def get_metadata(self) -> dict[str, int]:
        return {"SensorTimestamp": time.clock_gettime_ns(time.CLOCK_BOOTTIME) - 250_000_000}

    def make_array(self, name: str) -> Any:  # noqa: ANN401 - an array
        if self._broken:
            raise ValueError(name)
        return plain(8, 6)

    def release(self) -> None:
        self._log.append("release")


class FakePicamera:
    """picamera2.Picamera2 with one camera."""

    log: list[str]
    broken = False
    dead = False

    def __init__(self, number: int) -> None:
        self.log.append(f"take {number}")

    @staticmethod
    def global_camera_info() -> list[dict[str, object]]:
        own: dict[str, object] = {"Model": "imx708", "Num": 0, "Id": "/base/soc/i2c0mux/imx708@1a"}
        return [own, {"Model": "webcam", "Num": 1, "Id": "/base/soc/usb@7e/1:1.0"}]

    def create_video_configuration(self, **wanted: object) -> dict[str, object]:
        return {**wanted, "lores": wanted.get("lores")}

    def configure(self, wanted: dict[str, Any]) -> None:
        assert wanted["queue"] is False
        self._streams = wanted

    def camera_configuration(self) -> dict[str, Any]:
        return self._streams

    def start(self) -> None:
        if self.dead:
            raise RuntimeError("no start")

    def capture_request(self, wait: float) -> FakeRequest:
        if self.broken:
            raise TimeoutError
        assert wait == 0.5
        return FakeRequest(self.log, broken=len(self.log) > 2)

    def stop(self) -> None:
        self.log.append("stop")

    def close(self) -> None:
        self.log.append("close")


@pytest.fixture
def picamera(monkeypatch: pytest.MonkeyPatch) -> type[FakePicamera]:
    """Put the fake in Picamera2's place."""
    module: Any = ModuleType("picamera2")
    module.Picamera2 = FakePicamera
    below: Any = ModuleType("libcamera")
    below.Transform = dict
    monkeypatch.setitem(sys.modules, "picamera2", module)
    monkeypatch.setitem(sys.modules, "libcamera", below)
    monkeypatch.setattr(FakePicamera, "log", [], raising=False)
    return FakePicamera


def test_requests_of_picamera2_are_always_released(
    picamera: type[FakePicamera], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = open_source("picamera2://0?size=8x6", options=SourceOptions(read_timeout=0.5))
    source.open()
    for number in (0, 3):
        shot = source.read()
        assert shot is not None
        assert shot.sequence == number
        assert 0.2 < time.monotonic() - shot.captured < 5
    with pytest.raises(ValueError, match="main"):
        source.read()
    assert picamera.log == ["take 0", "release", "release", "release"]
    monkeypatch.setattr(picamera, "broken", True)
    with pytest.raises(SourceError, match=r"gave no frame within 0\.5 s: check its cable"):
        source.read()
    source.close()
    assert picamera.log[-2:] == ["stop", "close"]


def test_a_camera_that_does_not_start_is_let_go(
    picamera: type[FakePicamera], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picamera, "dead", True)
    with pytest.raises(SourceError, match=r"camera0 does not start \(no start\)"):
        open_source("picamera2://0").open()
    assert picamera.log == ["take 0", "stop", "close"]
    with pytest.raises(SourceError, match="camera 5 is not there, found imx708, webcam: check"):
        open_source("picamera2://5").open()


def test_a_picamera2_for_another_numpy_names_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "picamera2.py").write_text("raise ValueError('numpy.dtype size changed')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "picamera2", raising=False)
    with pytest.raises(SourceError, match=r"size changed\): .* pip install 'numpy<2'") as caught:
        open_source("picamera2://0").open()
    assert caught.value.lasting
    assert cameras(tmp_path) == ()


def test_a_missing_picamera2_names_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(SourceError, match="apt install python3-picamera2, and make") as caught:
        open_source("picamera2://0").open()
    assert caught.value.lasting
    assert cameras(Path("/nowhere")) == ()


@pytest.mark.usefixtures("picamera")
def test_cameras_are_listed_the_board_s_own_first(tmp_path: Path) -> None:
    known = {
        "video0": Node("unicam", "unicam", capture=True),
        "video2": Node("uvcvideo", "HD Webcam", capture=True),
        "video3": Node("uvcvideo", "HD Webcam", capture=False),
        "video10": Node("tegra-video", "vi-output, imx219 9-0010", capture=True),
        "video11": None,
    }
    (tmp_path / "dev").mkdir()
    for name in (*known, "video-radio"):
        (tmp_path / "dev" / name).touch()
    found = cameras(tmp_path, lambda path: known[path.name])
    assert [(each.uri, each.title) for each in found] == [
        ("picamera2://0", "imx708"),
        ("csi://0", "vi-output, imx219 9-0010"),
        (f"v4l2://{tmp_path}/dev/video2", "HD Webcam"),
    ]


def test_the_kernel_s_answer_is_read(tmp_path: Path) -> None:
    fields = (b"uvcvideo", b"HD Webcam", b"usb-1", 0x60C00, 0x84A00001)
    answer = struct.pack("=16s32s32sIII12x", *fields, 0x04200001)
    assert len(answer) == 104
    assert node(answer) == Node("uvcvideo", "HD Webcam", capture=True)
    metadata = struct.pack("=16s32s32sIII12x", *fields, 0x04A00000)
    assert not node(metadata).capture
    (tmp_path / "video0").touch()
    assert ask(tmp_path / "video0") is None
    assert ask(tmp_path / "none") is None
