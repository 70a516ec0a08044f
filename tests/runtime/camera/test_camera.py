from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from featherface_edge.cli import main
from featherface_edge.errors import SourceError
from featherface_runtime.camera import CameraSettings, FeedSettings, cli
from featherface_runtime.camera.addresses import links
from featherface_runtime.camera.model import opened
from featherface_runtime.camera.show import build, completed
from featherface_runtime.sources import Camera
from tests.runtime.camera.launcher import fake_camera

if TYPE_CHECKING:
    from tests.runtime.conftest import FakeModel

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0
SCENE = "test:?size=96x64&frames=12&live=false"


def test_without_a_page_all_frames_are_looked_at(
    fake_model: FakeModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, video = tmp_path / "all.jsonl", tmp_path / "a.mkv"
    given = [SCENE, "--headless", "--model", str(fake_model.path), "--record", str(video)]
    more = ["--events", str(tmp_path / "events.jsonl"), "--sink", f"json:{lines}"]
    assert main(["camera", *given, *more]) == 0
    said = capsys.readouterr()
    assert said.out == "model: edge 96x64\n"
    assert "test: ended" in said.err
    assert "test: 12 frames, 12 looked at" in said.err
    found = [json.loads(line) for line in lines.read_text().splitlines()]
    *frames, parting = found
    assert [each["frame"] for each in frames] == list(range(12))
    assert [track["id"] for track in frames[-1]["tracks"]] == [1]
    assert (parting["frame"], parting["faces"], parting["tracks"]) == (11, [], [])
    assert [each["event"] for each in parting["events"]] == ["leave"]
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [each["event"] for each in events] == ["enter", "leave"]
    assert list(tmp_path.glob("a*.mkv"))
    assert fake_model.backend.closed


def test_the_page_is_served_and_ends_with_the_process(tmp_path: Path) -> None:
    program, model = fake_camera(tmp_path)
    command = [str(program), "test:?size=96x64", "--model", str(model)]
    with subprocess.Popen(
        [*command, "--preview", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": ""},
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "model: edge 96x64\n"
            link = process.stdout.readline().removeprefix("preview: ").strip()
            end = time.monotonic() + PATIENCE
            while not (state := look(link))["sources"][0]["inferred"]:
                assert time.monotonic() < end
            assert state["status"] == "ok"
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()


def look(link: str) -> dict[str, Any]:
    with urlopen(f"{link}state", timeout=PATIENCE) as answer:  # noqa: S310 -- of this machine
        state: dict[str, Any] = json.load(answer)
    return state


def test_the_board_s_own_camera_is_taken() -> None:
    found = (Camera("picamera2://0", "imx708"), Camera("v4l2:///dev/video8", "Webcam"))
    assert completed(CameraSettings(), lambda: found).sources == (FeedSettings("picamera2://0"),)
    with pytest.raises(SourceError, match="no camera was found on this board"):
        completed(CameraSettings(), lambda: ())
    named = CameraSettings((FeedSettings("test:"),))
    assert completed(named, lambda: found) == named


def test_each_source_has_a_name_of_its_own(fake_model: FakeModel) -> None:
    feeds = (FeedSettings("test:"), FeedSettings("test:?seed=1"), FeedSettings("test:", "yard"))
    settings = CameraSettings(feeds, model=str(fake_model.path))
    with opened(settings) as detector:
        stream, page = build(settings, detector)
    assert page is not None
    assert [each.name for each in stream.snapshot().sources] == ["test", "test 2", "yard"]


def test_the_score_is_that_of_the_settings(fake_model: FakeModel) -> None:
    settings = CameraSettings((FeedSettings("test:"),), model=str(fake_model.path), score=0.75)
    with opened(settings) as detector:
        stream, _ = build(settings, detector)
    assert stream.score == 0.75


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["ftp://a"], "'ftp://a' is no source"),
        (["test:?hue=1"], "has no option 'hue'"),
        (["test:", "--sink", "paper:"], "is no place for results"),
        (["test:", "--preview", "here"], "'here' is no address"),
        (["test:", "--model", "edgy"], "no model 'edgy' is shipped"),
        (["test:", "--config", "none.toml"], "none.toml cannot be read"),
        (["test:", "--every", "2", "--anonymise", "blur"], "leave out region and every of test:"),
        (["service", "dance"], "fe-camera service does install, show, remove"),
    ],
)
def test_a_mistake_is_one_line(
    given: list[str], said: str, fake_model: FakeModel, capsys: pytest.CaptureFixture[str]
) -> None:
    model = [] if "--model" in given else ["--model", str(fake_model.path)]
    assert main(["camera", *given, *model]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_cameras_are_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = (Camera("csi://0", "imx219"), Camera("v4l2:///dev/video0", "Webcam"))
    monkeypatch.setattr(cli, "cameras", lambda: found)
    assert main(["camera", "--list"]) == 0
    said = capsys.readouterr().out
    assert said == "csi://0             imx219\nv4l2:///dev/video0  Webcam\n"
    monkeypatch.setattr(cli, "cameras", lambda: ())
    assert main(["camera", "--list"]) == 0
    assert "no camera was found" in capsys.readouterr().out


def test_links_can_be_opened() -> None:
    assert links("http://127.0.0.1:8080", "") == ["http://127.0.0.1:8080/"]
    assert links("http://[::1]:8080", "a/b") == ["http://[::1]:8080/#token=a%2Fb"]
    (link,) = links("http://0.0.0.0:8080", "secret")
    assert re.fullmatch(r"http://(?!0\.0\.0\.0)[^/]+:8080/#token=secret", link)
