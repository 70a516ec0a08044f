"""Names, progress, outputs and arguments."""

from __future__ import annotations

import argparse
from io import StringIO
from pathlib import Path

import pytest

from featherface_edge.errors import UsageError
from featherface_edge.evaluation import arguments
from featherface_edge.evaluation.names import short_names, shown
from featherface_edge.evaluation.outputs import (
    require_writable,
    require_writable_folder,
    write_output,
)
from featherface_edge.evaluation.progress import Progress, clock_text


def test_names_are_short_where_they_differ() -> None:
    paths = [Path("a/edge.onnx"), Path("b/edge.onnx"), Path("b/v1.onnx")]
    assert short_names(paths) == ["a/edge.onnx", "b/edge.onnx", "v1.onnx"]


def test_a_model_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match=r"edge\.onnx is given twice"):
        short_names([Path("edge.onnx"), Path("edge.onnx")])


def test_names_cannot_act_on_a_terminal() -> None:
    assert shown("a\x1b[2J\nb\udcff") == "a\ufffd[2J\ufffdb\ufffd"


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Give the time."""
        return self.seconds


def test_progress_tells_the_time_left_in_a_log() -> None:
    clock, stream = Clock(), StringIO()
    progress = Progress("edge.onnx", stream, clock)
    for done in range(1, 101):
        clock.seconds += 1
        progress(done, 100)
    assert stream.getvalue().splitlines() == [
        "edge.onnx: 30/100 pictures, 1:10 left",
        "edge.onnx: 60/100 pictures, 0:40 left",
        "edge.onnx: 90/100 pictures, 0:10 left",
        "edge.onnx: 100/100 pictures, took 1:40",
    ]


def test_progress_writes_one_line_on_a_terminal() -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    clock, stream = Clock(), Terminal()
    progress = Progress("edge.onnx", stream, clock)
    for done in range(1, 4):
        clock.seconds += 1
        progress(done, 3)
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().endswith("edge.onnx: 3/3 pictures, took 0:03\n")


def test_long_times_have_hours() -> None:
    assert [clock_text(each) for each in (5, 65.4, 3723)] == ["0:05", "1:05", "1:02:03"]


def test_outputs_are_looked_at_first(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.html").mkdir()
    require_writable(tmp_path / "new" / "deep" / "page.html", ".html", [])
    assert not (tmp_path / "new").exists()
    for path, message in (
        (tmp_path / "page.txt", r"wanted a name that ends in \.html"),
        (tmp_path / "folder.html", "is a folder"),
        (tmp_path / "file" / "page.html", "cannot be written to"),
        (tmp_path / "data.html", "would be overwritten"),
    ):
        with pytest.raises(UsageError, match=message):
            require_writable(path, ".html", [tmp_path / "data.html"])
    require_writable_folder(tmp_path / "new")
    with pytest.raises(UsageError, match="cannot be written"):
        write_output(tmp_path / "file" / "page.html", b"")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("640x480", (640, 480)), ("320", (320, 320)), ("original", "original")],
)
def test_sizes(text: str, wanted: object) -> None:
    assert arguments.size(text) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no size"),
        ("640x", None),
        ("axb", "is no size"),
        ("70x101", "nearest size is 64x96"),
        ("0", "nearest size is 32x32"),
        ("-32", "nearest size is 32x32"),
    ],
)
def test_odd_sizes_are_refused(text: str, message: str | None) -> None:
    if message is None:
        assert arguments.size(text) == (640, 640)
    else:
        with pytest.raises(argparse.ArgumentTypeError, match=message):
            arguments.size(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0.5,1,1.5", ((0.5, 1.0, 1.5), False)),
        ("flip", ((1.0,), True)),
        ("1, 2, flip, 2", ((1.0, 2.0), True)),
    ],
)
def test_scales(text: str, wanted: object) -> None:
    assert arguments.scales(text) == wanted


@pytest.mark.parametrize("text", ["", "a", "0", "-1", "nan", "inf", "1,,2", "9"])
def test_odd_scales_are_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="scale"):
        arguments.scales(text)
