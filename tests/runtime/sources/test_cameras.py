"""Cameras that no test machine has, behind a stand-in for cv2.VideoCapture; and pipelines."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from featherface_edge.errors import SourceError
from featherface_runtime.sources import open_source
from tests.pictures import plain

ROOT = Path(__file__).parents[3]
SYSTEM_PYTHON = "/usr/bin/python3"
WITH_GSTREAMER = """
import cv2, sys
sys.exit(not cv2.videoio_registry.hasBackend(cv2.CAP_GSTREAMER))
"""


class FakeCapture:
    """cv2.VideoCapture of a camera that gives 640 x 480 MJPG and cannot be talked into YUYV."""

    opened: list[FakeCapture]
    busy = False

    def __init__(self, target: str, api: int, parameters: object = ()) -> None:
        self.target, self.api, self.parameters = target, api, parameters
        self.values: dict[int, float] = {
            cv2.CAP_PROP_FOURCC: cv2.VideoWriter.fourcc(*"MJPG"),
            cv2.CAP_PROP_POS_MSEC: (time.monotonic() - 0.5) * 1000,
        }
        self.pictures = [plain(8, 6, (1, 2, 3)), np.full((6, 8), 9, np.uint8)]
        self.released = False
        FakeCapture.opened.append(self)

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return not self.busy

    def set(self, key: int, value: float) -> bool:
        if key == cv2.CAP_PROP_FOURCC:
            return False
        self.values[key] = min(value, 1280)
        return True

    def get(self, key: int) -> float:
        return self.values[key]

    def read(self) -> tuple[bool, Any]:
        return (True, self.pictures.pop(0)) if self.pictures else (False, None)

    def release(self) -> None:
        self.released = True


@pytest.fixture
def captures(monkeypatch: pytest.MonkeyPatch) -> list[FakeCapture]:
    """Put the fake in OpenCV's place; give those that were opened."""
    FakeCapture.opened = []
    monkeypatch.setattr(FakeCapture, "busy", False)
    monkeypatch.setattr(cv2, "VideoCapture", FakeCapture)
    monkeypatch.delenv("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", raising=False)
    return FakeCapture.opened


@pytest.fixture
def device(tmp_path: Path) -> Path:
    """Give a file in the place of a video device."""
    path = tmp_path / "video0"
    path.touch()
    return path


def test_v4l2_gives_rgb_and_the_camera_s_own_time(
    captures: list[FakeCapture], device: Path
) -> None:
    source = open_source(f"v4l2://{device}?size=640x480&fps=25&format=mjpg")
    source.open()
    (capture,) = captures
    assert (capture.target, capture.api) == (str(device), cv2.CAP_V4L2)
    assert capture.values[cv2.CAP_PROP_FRAME_WIDTH] == 640
    assert capture.values[cv2.CAP_PROP_FPS] == 25
    colour, grey = source.read(), source.read()
    assert colour is not None
    assert grey is not None
    assert colour.frame[0, 0].tolist() == [3, 2, 1]
    assert grey.frame.shape == (6, 8, 3)
    assert [colour.sequence, grey.sequence] == [0, 1]
    assert time.monotonic() - colour.captured > 0.4
    assert time.time() - colour.wall > 0.4
    with pytest.raises(SourceError, match=r"video0 gives no more frames \(closed, cut off"):
        source.read()
    source.close()
    assert capture.released


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("format=YUYV", "gives format MJPG, wanted YUYV: 'v4l2-ctl -d .* lists what it can"),
        ("size=1920x1080", "gives size 1280x1080, wanted 1920x1080"),
    ],
)
def test_v4l2_refuses_what_the_camera_cannot(
    captures: list[FakeCapture], device: Path, options: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        open_source(f"v4l2://{device}?{options}").open()
    assert caught.value.lasting
    assert captures[0].released


def test_v4l2_tells_busy_from_absent(
    captures: list[FakeCapture], device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeCapture, "busy", True)
    with pytest.raises(SourceError, match="another program has it, or it is no camera"):
        open_source(f"v4l2://{device}").open()
    assert captures[0].released
    with pytest.raises(SourceError, match=rf"video7 is not there, found {device}: plug") as caught:
        open_source(f"v4l2://{device.parent}/video7").open()
    assert not caught.value.lasting
    device.unlink()
    with pytest.raises(SourceError, match="found no video device at all"):
        open_source(f"v4l2://{device}").open()


def test_a_pipeline_needs_an_opencv_with_gstreamer() -> None:
    if cv2.videoio_registry.hasBackend(cv2.CAP_GSTREAMER):
        pytest.skip("this OpenCV has GStreamer")
    for uri in ("gst:videotestsrc", "csi://0"):
        with pytest.raises(
            SourceError, match=r"no GStreamer: take Debian's .*python3-opencv"
        ) as no:
            open_source(uri).open()
        assert no.value.lasting


def test_pipelines_end_in_the_newest_frame(
    captures: list[FakeCapture], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cv2.videoio_registry, "hasBackend", bool)
    open_source("csi://1?size=1920x1080&fps=60&flip=2").open()
    open_source("gst:a ! appsink").open()
    jetson, own = captures
    assert jetson.target == (
        "nvarguscamerasrc sensor-id=1 ! video/x-raw(memory:NVMM),width=1920,height=1080,"
        "framerate=60/1 ! nvvidconv flip-method=2 ! video/x-raw,format=BGRx ! videoconvert"
        " ! video/x-raw,format=BGR ! appsink drop=true max-buffers=1 sync=false"
    )
    assert own.target == "a ! appsink"
    monkeypatch.setattr(FakeCapture, "busy", True)
    with pytest.raises(SourceError, match="'a ! appsink' does not run: try it with gst-launch"):
        open_source("gst:a ! appsink").open()


@pytest.mark.slow  # Debian's OpenCV takes seconds to import
def test_a_real_pipeline_on_debian_s_opencv() -> None:
    probe = [SYSTEM_PYTHON, "-c", WITH_GSTREAMER]
    if (
        not Path(SYSTEM_PYTHON).exists()
        or subprocess.run(probe, check=False, capture_output=True, timeout=60).returncode
    ):
        pytest.skip("no OpenCV with GStreamer: install the packages of .ci/apt.txt")
    code = f"""
import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "runtime")!r}]
from featherface_runtime.sources import open_source
source = open_source("gst:videotestsrc pattern=red num-buffers=40 is-live=true ! "
                     "video/x-raw,width=64,height=48")
source.open()
shots = [source.read() for _ in range(3)]
assert all(shot.frame.shape == (48, 64, 3) for shot in shots)
assert shots[0].frame[24, 32].tolist() == [255, 0, 0], shots[0].frame[24, 32]
"""
    done = subprocess.run(
        [SYSTEM_PYTHON, "-c", code], check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
