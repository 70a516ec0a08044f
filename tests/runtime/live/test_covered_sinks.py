"""With privacy, no picture that leaves any sink shows a face."""

from __future__ import annotations

import ast
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.request import urlopen

import cv2
import numpy as np
import pytest

from featherface_edge.detection import Detections
from featherface_edge.images import read_image
from featherface_runtime import Detector, sinks
from featherface_runtime.live import ENDED, Result, Shot, Stream, StreamOptions
from featherface_runtime.live.finisher import Finisher
from featherface_runtime.preview.channel import packed
from featherface_runtime.privacy import COVERS, Cover, Privacy
from featherface_runtime.sinks.mjpeg import Mjpeg
from featherface_runtime.sinks.painting import painted
from featherface_runtime.sinks.protocol import SourceInfo, StreamInfo
from featherface_runtime.sinks.serving import Address
from featherface_runtime.sinks.snapshots import Snapshots
from featherface_runtime.sinks.uri import SINKS
from featherface_runtime.sinks.video import Video
from featherface_runtime.sources import read_video
from featherface_runtime.track import TrackOptions
from tests.runtime.live.parts import Recorder, Script
from tests.runtime.track.faces import faces_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from featherface_edge.detection import Frame
    from tests.runtime.conftest import FakeModel

INFO = StreamInfo((SourceInfo("camera", live=True),))
FRAMES, WIDTH, HEIGHT = 10, 64, 80
# Sinks by what leaves them; a new one must be put here, and its pictures looked at below.
PAINTED = {"window", "rtsp", "mjpeg", "video", "snapshots"}
WORDS = {"json", "mqtt", "mqtts", "http", "https", "prometheus"}
# The modules of sinks that look at a shot's pictures themselves.
LOOKING = {"painting", "pictures", "message"}


def left(number: int) -> int:
    return 20 + 8 * number


def taken(number: int) -> Shot:
    """A frame with a striped face; its display is twice as large."""
    frame = np.zeros((180, 240, 3), np.uint8)
    for stripe in range(0, WIDTH, 8):
        start = left(number) + stripe
        frame[50 : 50 + HEIGHT, start : start + 4] = (255, 0, 0)
    display = frame.repeat(2, axis=0).repeat(2, axis=1)
    return Shot(frame, "camera", number, number / 30, 1e9 + number, display)


def shown(picture: Frame) -> float:
    """The share of the picture that is bright as the face is."""
    red = (picture[..., 0] > 190) & (picture[..., 1:].max(axis=2) < 50)
    return float(red.mean())


def results(privacy: Privacy | None) -> Iterator[Result]:
    finisher = Finisher(privacy=privacy)
    for number in range(FRAMES):
        corner = left(number)
        faces = faces_at([[corner, 50, corner + WIDTH, 50 + HEIGHT]])
        # Seen at first, then looked for every other frame, and missed in the last but one.
        if number == FRAMES - 2:
            faces = Detections.empty()
        looked = number < 4 or number % 2 == 0
        yield finisher.finish(taken(number), faces if looked else None, 1.0)


def recorded(results: Iterator[Result], folder: Path) -> list[Frame]:
    video, snapshots = Video(folder / "a.mkv", drawn=False), Snapshots(folder, every=0)
    for sink in (video, snapshots):
        sink.begin(INFO)
    for result in results:
        video.write(result)
        snapshots.write(result)
    for sink in (video, snapshots):
        sink.close()
    photographs = [read_image(path) for path in sorted(folder.glob("*.jpg"))]
    return [*read_video(folder / "a.mkv"), *photographs]


def served(results: Iterator[Result]) -> list[Frame]:
    """What a viewer of the HTTP stream gets."""
    sink = Mjpeg(Address("127.0.0.1", 0))
    sink.begin(INFO)
    received = bytearray()

    def view() -> None:
        with urlopen(sink.url) as answer:  # noqa: S310 -- our own server
            while part := answer.read1(65536):
                received.extend(part)

    viewer = Thread(target=view)
    viewer.start()
    for result in results:
        for _ in range(200):
            sink.write(result)
            if received.count(b"--featherface") > result.shot.sequence:
                break
            viewer.join(0.02)
    sink.close()
    viewer.join(10)
    parts = bytes(received).split(b"--featherface")[1:]
    return [_decoded(part.split(b"\r\n\r\n", 1)[1]) for part in parts]


def _decoded(data: bytes) -> Frame:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.ascontiguousarray(picture[..., ::-1], np.uint8)


def test_a_face_would_be_noticed(tmp_path: Path) -> None:
    share = WIDTH * HEIGHT / 2 / (180 * 240)
    frames = recorded(results(None), tmp_path)
    assert len(frames) >= FRAMES + FRAMES - 2
    assert all(shown(frame) > 0.8 * share for frame in frames)
    assert all(shown(painted(result)) > 0.8 * share for result in results(None))


@pytest.mark.parametrize("cover", COVERS)
def test_no_file_shows_a_face(tmp_path: Path, cover: Cover) -> None:
    frames = recorded(results(Privacy(cover)), tmp_path)
    assert len(frames) >= FRAMES + FRAMES - 2
    assert max(shown(frame) for frame in frames) < 0.001


@pytest.mark.parametrize("cover", COVERS)
def test_nothing_that_is_painted_shows_a_face(cover: Cover) -> None:
    assert max(shown(painted(result)) for result in results(Privacy(cover))) < 0.001


def test_no_viewer_sees_a_face() -> None:
    frames = served(results(Privacy("blur")))
    assert len(frames) >= FRAMES
    assert max(shown(frame) for frame in frames) < 0.001


def test_the_page_shows_no_face() -> None:
    pictures = [packed(result) for result in results(Privacy("mosaic"))]
    frames = [_decoded(each[4 + int.from_bytes(each[:4], "big") :]) for each in pictures]
    assert max(shown(frame) for frame in frames) < 0.001


class Portrait(Script):
    """A source whose frames show a striped face where the fake model sees one."""

    def _shot(self, frame: Frame) -> Shot:
        frame[:] = 0
        for start in range(20, 36, 4):
            frame[12:28, start : start + 2] = (255, 0, 0)
        return super()._shot(frame)


@pytest.mark.parametrize("cover", [None, *COVERS])
def test_a_stream_hands_out_covered_frames_only(fake_model: FakeModel, cover: Cover | None) -> None:
    privacy = None if cover is None else Privacy(cover)
    recorder, source = Recorder(), Portrait("clip", [20], live=False)
    with Detector(fake_model.path) as detector:
        stream = Stream(
            detector,
            [source.feed(every=2, between=True)],
            [recorder],
            StreamOptions(least_score=TrackOptions().low),
            lambda _: Finisher(privacy=privacy),
        )
        assert stream.run() == ENDED
    assert len(recorder.results) == 21  # the last one says that the face leaves
    assert [result.inferred for result in recorder.results[:4]] == [True, False, True, False]
    seen = [shown(result.shot.frame) > 0.01 for result in recorder.results]
    assert seen == [privacy is None] * 21


def test_every_sink_takes_its_pictures_from_the_result() -> None:
    assert set(SINKS) == PAINTED | WORDS
    for file in Path(str(sinks.__file__)).parent.glob("*.py"):
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        touched = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        assert file.stem in LOOKING or not touched & {"frame", "display"}, file
    for scheme in WORDS:
        text = Path(*Path(str(sinks.__file__)).parent.parts, f"{_module(scheme)}.py").read_text()
        assert "painting" not in text, scheme


def _module(scheme: str) -> str:
    return SINKS[scheme].module.rpartition(".")[2]
