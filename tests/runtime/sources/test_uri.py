from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from featherface_edge.errors import SourceError
from featherface_runtime.sources import SOURCES, SourceOptions, open_source, shown
from featherface_runtime.sources.address import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("uri", "name", "live"),
    [
        ("picamera2://1?size=1280x720&lores=640x480", "camera1", True),
        ("v4l2:///dev/video2?format=yuyv", "video2", True),
        ("v4l2://2", "video2", True),
        ("/dev/video2", "video2", True),
        ("csi://1?flip=2", "csi1", True),
        (
            "rtsp://user:pass@door.local:554/live?channel=1#transport=udp",
            "door.local:554/live",
            True,
        ),
        ("HTTP://door.local/stream.mjpg?user=a", "door.local/stream.mjpg", True),
        ("gst:videotestsrc is-live=true ! queue?", "gst", True),
        ("street.mp4", "street.mp4", False),
        ("photos/*.jpg", "*.jpg", False),
        ("file:a%20street.mp4?live=true", "a street.mp4", True),
        ("test:", "test", True),
        ("test:?live=false&size=64x48", "test", False),
    ],
)
def test_every_kind_of_source_has_one_syntax(uri: str, name: str, *, live: bool) -> None:
    source = open_source(uri)
    assert (source.name, source.live) == (name, live)
    assert open_source(uri, name="front door").name == "front door"
    source.close()


@pytest.mark.parametrize("scheme", SOURCES)
def test_every_kind_imports(scheme: str) -> None:
    assert callable(import_module(SOURCES[scheme].module).source)


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("ftp://here/a", r"'ftp://here/a' is no source: wanted picamera2://0.*or a photograph"),
        ("", "'' is no source"),
        ("test:?sise=64x48", "has no option 'sise', known: size, fps, faces, seed, frames, live"),
        ("test:?fps=9&fps=8", "has the option 'fps' twice: give it once"),
        ("test:?size=64", "size=64 in .* is not understood, wanted WIDTHxHEIGHT such as 1280x720"),
        ("test:?size=0x48", "size=0x48 in .* is not understood"),
        ("test:?fps=nan", "fps=nan in .* wanted 0, or 0.2 and more frames a second"),
        ("test:?fps=0.1", "fps=0.1 in .* wanted 0, or 0.2 and more frames a second"),
        ("file:a.mp4?live=true&fps=0.01", "fps=0.01 in .* is not understood"),
        ("test:?faces=-1", "faces=-1 in .* wanted a whole number of 0 or more"),
        ("test:?live=", "live= in .* wanted true or false"),
        ("test:here", "test:here is not understood: wanted test:"),
        ("rtsp://u:secret@h/live#transport=tls", r"rtsp://u:\*\*\*@h/live#.* one of tcp, udp"),
        ("http://h/live#transport=udp", "has no option 'transport', known: none"),
        ("rtsp://", "names no host: wanted rtsp://HOST/PATH"),
        ("v4l2://camera", "names no device: wanted v4l2:///dev/video0"),
        ("v4l2://0?format=H", "format=H in .* wanted four letters such as MJPG or YUYV"),
        ("csi://left", "names no sensor: wanted csi://0 or csi://1"),
        ("csi://0?flip=9", "wanted one of 0, 1, 2"),
        ("picamera2://front", "names no camera: wanted picamera2://0"),
        ("picamera2://0?format=NV12", "wanted one of BGR888, RGB888"),
        ("gst:", "names no pipeline"),
        ("file:", "names no file: wanted file:PATH"),
    ],
)
def test_what_is_not_understood_is_refused_for_good(uri: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        open_source(uri)
    assert caught.value.lasting
    assert "secret" not in str(caught.value)


def test_a_scheme_needs_no_case_and_a_file_may_be_called_anything(tmp_path: Path) -> None:
    assert open_source("TEST:?fps=5").name == "test"
    assert open_source(str(tmp_path / "what?.jpg")).name == "what?.jpg"


@pytest.mark.parametrize(
    ("uri", "safe"),
    [
        ("rtsp://me:p@ss:w@cam/live", "rtsp://me:***@cam/live"),
        ("rtsp://me@cam/live", "rtsp://me@cam/live"),
        ("http://cam:80/live?a=b:c@d", "http://cam:80/live?a=b:c@d"),
        (
            "http://door/cgi?user=a&PWD=geheim&channel=1#transport=udp",
            "http://door/cgi?user=a&PWD=***&channel=1#transport=udp",
        ),
        ("http://door/video?monkey=1&key=geheim#x", "http://door/video?monkey=1&key=***#x"),
    ],
)
def test_no_password_is_shown(uri: str, safe: str) -> None:
    assert shown(uri) == safe


def test_settings_are_read_once_and_checked() -> None:
    settings = Settings("v4l2:///dev/v4l/by-id/cam?size=640x480&fps=12.5", ("size", "fps", "x"))
    assert settings.place == "/dev/v4l/by-id/cam"
    assert settings.size("size") == (640, 480)
    assert settings.number("fps", 30) == 12.5
    assert settings.count("x", 7) == 7


def test_timeouts_are_more_than_nothing() -> None:
    with pytest.raises(ValueError, match="must be more than 0 s, got 0 and 3"):
        SourceOptions(open_timeout=0)
