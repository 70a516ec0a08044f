from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from featherface_edge.errors import SinkError
from featherface_runtime.sinks.rtsp import Rtsp, rows
from featherface_runtime.sinks.serving import Address
from tests.runtime.sinks.results import INFO
from tests.servers.rtsp import SYSTEM_PYTHON, free_port, is_possible

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

PROGRAM = Path(__file__).parents[2] / "servers" / "rtsp_sink.py"


@contextmanager
def serving(login: str = "") -> Generator[tuple[subprocess.Popen[str], str], None, None]:
    """Give the running sink and where it is; the test is skipped where it cannot run."""
    path = ":".join(each for each in sys.path if each)
    if not is_possible(path):
        pytest.skip("no GStreamer RTSP server: install the packages of .ci/apt.txt")
    place = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [SYSTEM_PYTHON, str(PROGRAM), f"rtsp://{login}{place}"],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process, f"{place}/front_door"
    finally:
        process.kill()
        process.communicate()


def look(url: str) -> list[NDArray[np.uint8]]:
    """The first pictures that a viewer gets, RGB."""
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 20_000])
    found = [capture.read()[1] for _ in range(3)] if capture.isOpened() else []
    capture.release()
    return [picture[..., ::-1].astype(np.uint8) for picture in found]


@pytest.mark.slow
def test_viewers_get_the_picture_in_its_size_and_colours() -> None:
    with serving() as (process, place):
        for told, size in (("", (240, 322, 3)), ("smaller\n", (120, 162, 3))):
            assert process.stdin is not None
            process.stdin.write(told)
            process.stdin.flush()
            pictures = look(f"rtsp://{place}")
            assert pictures[-1].shape == size
            assert np.abs(pictures[-1][20:100, 20:140].astype(int) - (200, 30, 30)).max() < 25
        assert process.communicate("end\n", timeout=60)[0] == "closed\n"


@pytest.mark.slow
def test_viewers_must_know_the_password() -> None:
    with serving("bob:secret@") as (_, place):
        assert not look(f"rtsp://{place}")
        assert not look(f"rtsp://bob:guess@{place}")
        assert look(f"rtsp://bob:secret@{place}")


@pytest.mark.slow
def test_a_taken_address_is_one_error() -> None:
    with serving() as (_, place):
        path = ":".join(each for each in sys.path if each)
        command = [SYSTEM_PYTHON, str(PROGRAM), f"rtsp://{place.partition('/')[0]}"]
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert "cannot be served (it is taken, or not ours)" in done.stderr


def test_without_gstreamer_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gi", None)
    wanted = r"RTSP needs GStreamer's server.*apt install python3-gi"
    with pytest.raises(SinkError, match=wanted):
        Rtsp(Address("127.0.0.1", 0)).begin(INFO)


@pytest.mark.parametrize("width", [4, 5, 6, 7])
def testrows_are_filled_to_four_bytes(width: int) -> None:
    frame = np.arange(2 * width * 3, dtype=np.uint8).reshape(2, width, 3)
    filled = np.frombuffer(rows(frame), np.uint8).reshape(2, -1)
    assert filled.shape[1] % 4 == 0
    assert (filled[:, : width * 3] == frame.reshape(2, -1)).all()
