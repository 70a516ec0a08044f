from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from featherface_edge.errors import ImageError
from featherface_runtime.sources import find, read_video
from tests.pictures import plain, write_video

if TYPE_CHECKING:
    from pathlib import Path


def test_video_gives_its_frames_in_order(tmp_path: Path) -> None:
    shades = [40, 120, 220]
    path = write_video(tmp_path / "a.avi", [plain(64, 48, (each, 0, 0)) for each in shades])
    frames = list(read_video(path))
    assert [frame.shape for frame in frames] == [(48, 64, 3)] * 3
    for frame, shade in zip(frames, shades, strict=True):
        assert abs(float(frame[..., 0].mean()) - shade) < 8
        assert frame[..., 2].mean() < 8


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no video")
    with pytest.raises(ImageError, match=r"a\.mp4 holds no video that OpenCV can decode"):
        list(read_video(tmp_path / "a.mp4"))


def test_folders_give_images_and_videos_by_name(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.JPG", "a.png", "notes.txt", "deep/c.mp4"):
        (tmp_path / name).touch()
    assert find(tmp_path) == [tmp_path / name for name in ("a.png", "b.JPG", "deep/c.mp4")]
    assert find(tmp_path / "notes.txt") == [tmp_path / "notes.txt"]


def test_paths_to_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"holds no photographs, wanted some of \.avi"):
        find(tmp_path)
    with pytest.raises(ImageError, match="is not there, wanted a photograph, a video or a folder"):
        find(tmp_path / "none")
