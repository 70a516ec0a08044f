"""Network cameras: real servers on this machine, and real FFmpeg."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from featherface_edge.errors import SourceError
from featherface_runtime.sources import SourceOptions, ffmpeg, open_source
from featherface_runtime.sources.ffmpeg import for_files, for_streams
from tests.runtime.live.parts import until
from tests.servers import clock
from tests.servers.mjpeg import Camera, http_camera
from tests.servers.rtsp import free_port, rtsp_camera

if TYPE_CHECKING:
    from featherface_runtime.sources import Source

PATIENT = SourceOptions(open_timeout=20, read_timeout=20)  # a busy machine is no failure
SHORT = SourceOptions(open_timeout=0.5, read_timeout=0.5)
VARIABLE = "OPENCV_FFMPEG_CAPTURE_OPTIONS"


def numbers(source: Source, count: int = 5) -> list[int]:
    """Give the numbers painted into the next frames; check what else is known of them."""
    found: list[int] = []
    for _ in range(count):
        shot = source.read()
        assert shot is not None
        assert shot.source == source.name
        assert 0 <= time.monotonic() - shot.captured < 30
        assert clock.lag_ms(shot.frame) < 30_000
        found.append(clock.read(shot.frame)[1])
    return found


def test_http_pictures_come_in_order() -> None:
    with http_camera(Camera()) as camera:
        source = open_source(camera.url, options=PATIENT)
        source.open()
        found = numbers(source)
        assert found == list(range(found[0], found[0] + 5))
        source.open()
        assert numbers(source)[0] < found[0] + 5
        source.close()
        with pytest.raises(SourceError, match="is not open: open it first"):
            source.read()


def test_a_server_that_falls_silent_or_hangs_up_is_left() -> None:
    with http_camera(Camera()) as camera:
        source = open_source(camera.url, options=SourceOptions(open_timeout=20, read_timeout=0.5))
        source.open()
        camera.silent.set()
        start = time.monotonic()
        with pytest.raises(SourceError, match=r"stream.mjpg gives no more frames"):
            numbers(source, 1000)
        assert time.monotonic() - start < 25  # the default of FFmpeg is 30
        source.close()
        with pytest.raises(SourceError, match=r"gave no video within 0\.5 s: check address"):
            open_source(camera.url, options=SHORT).open()
        camera.silent.clear()
        patient = open_source(camera.url, options=PATIENT)
        patient.open()
        camera.cut.set()
        with pytest.raises(SourceError, match="gives no more frames"):
            numbers(patient, 1000)
        patient.close()


def test_nobody_there_is_told_without_the_password() -> None:
    source = open_source(f"rtsp://me:secret@127.0.0.1:{free_port()}/cam", options=SHORT)
    with pytest.raises(SourceError, match=r"rtsp://me:\*\*\*@127\.0\.0\.1:\d+/cam gave no video"):
        source.open()
    assert "secret" not in source.name


def test_rtsp_comes_back_with_another_size_and_codec() -> None:
    with rtsp_camera() as camera:
        source = open_source(camera.url, options=PATIENT)
        source.open()
        found = numbers(source)
        assert found == list(range(found[0], found[0] + 5))
        camera.kill()
        with pytest.raises(SourceError, match="gives no more frames"):
            numbers(source, 1000)
        with pytest.raises(SourceError, match="gave no video within 20 s"):
            source.open()
        camera.start("320x240", 15, "mjpeg")
        source.open()
        shot = source.read()
        assert shot is not None
        assert (shot.frame.shape, shot.sequence) == ((240, 320, 3), 0)
        source.close()


@pytest.mark.slow
@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_silent_rtsp_camera_is_left(transport: str) -> None:
    with rtsp_camera() as camera:
        options = SourceOptions(open_timeout=20, read_timeout=2)
        source = open_source(f"{camera.url}#transport={transport}", options=options)
        source.open()
        numbers(source)
        camera.freeze()
        start = time.monotonic()
        with pytest.raises(SourceError, match="gives no more frames"):
            numbers(source, 1000)
        assert time.monotonic() - start < 25  # the default of FFmpeg is 30
        camera.thaw()
        source.open()
        numbers(source)
        source.close()


def test_options_of_streams_never_reach_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    seen: list[str | None] = []

    def read_a_file() -> None:
        with for_files():
            seen.append(os.environ.get(VARIABLE))

    reader = threading.Thread(target=read_a_file)
    with for_streams():
        with for_streams():
            reader.start()
        assert "low_delay" in os.environ[VARIABLE]
        reader.join(0.05)
        assert reader.is_alive()
    reader.join(10)
    assert seen == [None]
    assert VARIABLE not in os.environ


def test_files_do_not_wait_for_streams_without_end() -> None:
    came: list[str] = []

    def read_a_file() -> None:
        with for_files():
            came.append("file")

    def open_a_stream() -> None:
        with for_streams():
            came.append("stream")

    file, stream = threading.Thread(target=read_a_file), threading.Thread(target=open_a_stream)
    with for_streams():
        file.start()
        until(lambda: ffmpeg.DOORS.files == 1)
        stream.start()
    for each in (file, stream):
        each.join(60)
    assert came == ["file", "stream"]


def test_the_user_s_own_options_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "rtsp_transport;udp")
    with for_streams():
        assert os.environ[VARIABLE] == "rtsp_transport;udp"
    assert os.environ[VARIABLE] == "rtsp_transport;udp"
