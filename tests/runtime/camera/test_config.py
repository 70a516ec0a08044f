from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from featherface_edge.errors import FeatherfaceError, UsageError
from featherface_runtime.camera import CameraSettings, FeedSettings
from featherface_runtime.camera.config import read_config, write_config
from featherface_runtime.camera.given import add_settings, given_settings

WHOLE = """
model = "edge-nano"
size = "320x256"
format = "onnx"
threads = 2
provider = "CPU"
score = 0.4
rate = 10
preview = "0.0.0.0:8080"
token = "secret"
viewers = 4
sinks = ["json:a.jsonl", "window:"]

[[source]]
uri = "rtsp://door/live"
name = "door"
every = 3
region = [0, 0.25, 1, 1]
lines = ["gate:0,0.5,1,0.5"]
zones = ["desk:0,0,1,0,1,1"]

[[source]]
uri = "test:"
"""
SETTINGS = CameraSettings(
    sources=(
        FeedSettings(
            "rtsp://door/live",
            "door",
            3,
            (0.0, 0.25, 1.0, 1.0),
            ("gate:0,0.5,1,0.5",),
            ("desk:0,0,1,0,1,1",),
        ),
        FeedSettings("test:"),
    ),
    model="edge-nano",
    size=(320, 256),
    format="onnx",
    threads=2,
    provider="CPU",
    score=0.4,
    rate=10.0,
    preview="0.0.0.0:8080",
    token="secret",  # noqa: S106 -- of the test
    viewers=4,
    sinks=("json:a.jsonl", "window:"),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "camera.toml"


def given(*words: str) -> CameraSettings:
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", nargs="*")
    parser.add_argument("--config", type=Path)
    add_settings(parser)
    return given_settings(parser.parse_args(words))


def test_every_setting_is_read(file: Path) -> None:
    file.write_text(WHOLE)
    assert read_config(file) == SETTINGS


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS,
        CameraSettings(),
        CameraSettings(preview="", anonymise="mosaic"),
        CameraSettings((FeedSettings('gst:a "b" \\ \x7f\n ü'),)),
    ],
)
def test_what_is_written_is_read_again(file: Path, settings: CameraSettings) -> None:
    file.write_text(write_config(settings), encoding="utf-8")
    assert read_config(file) == settings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("modle = 'edge'", "there is no setting 'modle', known: model, size"),
        ("threads = 'two'", "threads = 'two' is not understood: wanted a whole number"),
        ("threads = true", "threads = True is not understood"),
        ("threads = 0", "threads = 0 is not understood: wanted 1 or more"),
        ("score = 1.5", "score = 1.5 is not understood: wanted a number from 0 to 1"),
        ("score = nan", "score = nan is not understood"),
        ("size = '320'", "size = '320' is not understood: wanted a size such as"),
        ("format = 'pdf'", "format = pdf is not understood: wanted tflite or"),
        ("anonymise = 'hat'", "anonymise = hat is not understood: wanted blur or mosaic or box"),
        ("preview = true", "preview = True is not understood: wanted an address"),
        ("preview = 'here'", "'here' is no address"),
        ("sinks = 'window:'", "sinks = 'window:' is not understood: wanted a list"),
        ("source = 'test:'", "wanted \\[\\[source\\]\\]"),
        ("[[source]]\nname = 'a'", "a \\[\\[source\\]\\] has no uri"),
        ("[[source]]\nuri = 'a'\nhue = 1", "there is no setting 'hue', known: uri, name"),
        ("[[source]]\nuri = 'a'\nevery = 0", "every = 0 is not understood"),
        ("[[source]]\nuri = 'a'\nregion = [0, 1]", "a region has 4 numbers"),
        ("[[source]]\nuri = 'a'\nregion = [1, 0, 0, 1]", "a region needs 0 <= left < right"),
        ("[[source]]\nuri = 'a'\nlines = ['x']", "'x' is no line or zone"),
        ("anonymise = 'box'\n[[source]]\nuri = 'a'\nevery = 2", "leave out region and every of a"),
        ("= 1", "is no TOML file"),
    ],
)
def test_what_does_not_fit_is_refused(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    with pytest.raises(FeatherfaceError, match=said) as caught:
        read_config(file)
    assert str(caught.value).startswith(str(file))


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(UsageError, match=r"camera\.toml cannot be read \(No such file"):
        read_config(file)


def test_the_command_line_goes_before_the_file(file: Path) -> None:
    file.write_text(WHOLE)
    found = given(
        *("--config", str(file), "--score", "0.8", "--headless", "--record", "a.mkv"),
        *("--events", "b.jsonl", "--sink", "window:"),
    )
    assert (found.score, found.preview, found.model) == (0.8, "", "edge-nano")
    assert found.sources == SETTINGS.sources
    assert found.sinks == (
        *SETTINGS.sinks,
        "video:a.mkv",
        "json:b.jsonl?events=true",
        "window:",
    )


def test_sources_of_the_command_line_stand_in_the_place_of_the_file_s(file: Path) -> None:
    file.write_text(WHOLE)
    found = given("csi://0", "test:", "--config", str(file), "--every", "2", "--line", "l:0,0,1,1")
    assert found.sources == tuple(
        FeedSettings(uri, every=2, lines=("l:0,0,1,1",)) for uri in ("csi://0", "test:")
    )


def test_what_is_of_a_source_needs_one() -> None:
    with pytest.raises(UsageError, match="are of a source: name it"):
        given("--every", "2")


def test_a_token_is_made_up_where_others_can_look() -> None:
    assert CameraSettings().with_token().token == ""
    assert CameraSettings(preview="").with_token().token == ""
    made = [CameraSettings(preview="0.0.0.0:8080").with_token().token for _ in range(2)]
    assert made[0] != made[1]
    assert min(map(len, made)) >= 12
    assert SETTINGS.with_token() == SETTINGS
