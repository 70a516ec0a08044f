from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from featherface_edge.errors import SourceError
from featherface_runtime.sources import open_source
from featherface_runtime.sources.files import FileSource, Play
from tests.pictures import plain, write_photograph, write_video
from tests.runtime.sources.clocks import Clock

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_runtime.sources import Source

SHADES = (40, 90, 140, 190, 240)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Give a video of five frames, 10 a second, each with more red than the one before."""
    return write_video(tmp_path / "a.avi", [plain(64, 48, (each, 0, 0)) for each in SHADES])


def reds(source: Source, count: int | None = None) -> list[int]:
    """Give which shade each frame is nearest to, to the end or for so many frames."""
    found: list[int] = []
    while count is None or len(found) < count:
        shot = source.read()
        if shot is None:
            break
        assert shot.source == source.name
        found.append(nearest(float(shot.frame[..., 0].mean())))
    return found


def nearest(red: float) -> int:
    return min(SHADES, key=lambda each: abs(each - red))


def test_videos_and_photographs_of_a_folder_come_by_name(video: Path) -> None:
    write_photograph(video.parent / "b.png", plain(32, 32, (190, 0, 0)))
    source = open_source(str(video.parent))
    source.open()
    assert reds(source) == [*SHADES, 190]
    assert source.read() is None
    source.open()
    first = source.read()
    assert first is not None
    assert (first.sequence, first.display) == (0, None)
    source.close()
    assert source.read() is None


def test_patterns_and_loops(video: Path) -> None:
    for index, shade in enumerate(SHADES[:2]):
        write_photograph(video.parent / f"{index}.png", plain(32, 32, (shade, 0, 0)))
    source = open_source(str(video.parent / "[01].png"))
    source.open()
    assert reds(source) == [40, 90]
    source = open_source(f"file:{video.parent}/*.png?loop=true")
    source.open()
    assert reds(source, 5) == [40, 90, 40, 90, 40]


def test_a_broken_file_is_one_error_among_the_others(video: Path) -> None:
    (video.parent / "0.png").write_bytes(b"no picture")
    (video.parent / "b.mp4").write_bytes(b"no video")
    source = open_source(str(video.parent))
    source.open()
    with pytest.raises(SourceError, match=r"0\.png is no picture that OpenCV can decode"):
        source.read()
    assert reds(source, 5) == list(SHADES)
    with pytest.raises(SourceError, match=r"b\.mp4 holds no video"):
        source.read()
    assert source.read() is None


def test_a_live_file_loses_what_is_not_taken_in_time(video: Path) -> None:
    clock = Clock()
    source = FileSource("a", str(video), Play(live=True), clock.pace)
    source.open()
    assert reds(source, 1) == [40]
    clock.time = 0.35
    shot = source.read()
    assert shot is not None
    assert shot.sequence == 3
    assert abs(shot.frame[..., 0].mean() - SHADES[3]) < 8
    assert reds(source) == [240]


@pytest.mark.parametrize("path", ["none.mp4", "none/*.jpg"])
def test_what_is_not_there_is_refused_for_good(tmp_path: Path, path: str) -> None:
    with pytest.raises(SourceError, match=r"wanted .*photograph") as caught:
        open_source(str(tmp_path / path)).open()
    assert caught.value.lasting
