from __future__ import annotations

import socket
from dataclasses import replace
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import cv2
import numpy as np
import pytest

from featherface_edge.errors import SinkError
from featherface_runtime.live import (
    Ages,
    SinkSnapshot,
    SourceSnapshot,
    TelemetrySnapshot,
)
from featherface_runtime.sinks.mjpeg import Mjpeg
from featherface_runtime.sinks.prometheus import Prometheus
from featherface_runtime.sinks.serving import Address, read_address
from tests.pictures import plain
from tests.runtime.sinks.results import ENTER, INFO, TIES, result, running, until

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from featherface_edge.detection import Frame

HERE = Address("127.0.0.1", 0)
EVERYWHERE = Address("0.0.0.0", 0)  # noqa: S104 -- what is tested
NOW = TelemetrySnapshot(
    uptime=12.5,
    sources=(
        SourceSnapshot("front door", "live", 90, 1, 2, 80, 3, 4, 14.5, Ages(0.05, 0.07, 0.09)),
        SourceSnapshot('a "b"\\\n', "reconnecting"),
    ),
    sinks=(SinkSnapshot("mqtt", 70, 5, 6),),
    inference_ms=20.0,
    temperature_c=61.5,
    throttled=True,
)


def fetch(url: str, token: str = "") -> HTTPResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer: HTTPResponse = urlopen(Request(url, headers=headers), timeout=30)  # noqa: S310
    return answer


def refused(url: str) -> tuple[int, str]:
    with pytest.raises(HTTPError) as caught:
        fetch(url)
    with caught.value as error:
        return error.code, error.read().decode()


def picture(stream: HTTPResponse) -> Frame:
    assert stream.readline() == b"--featherface\r\n"
    assert stream.readline() == b"Content-Type: image/jpeg\r\n"
    length = int(stream.readline().partition(b":")[2])
    assert stream.readline() == b"\r\n"
    data = stream.read(length)
    assert stream.readline() == b"\r\n"
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return decoded.astype(np.uint8)


def left_alone(sink: Mjpeg) -> bool:
    """Viewers who have left are noticed when they are sent something."""
    sink.write(result())
    return not sink.watchers


def test_viewers_may_leave_while_the_camera_is_silent() -> None:
    with running(Mjpeg(HERE)) as sink:
        with fetch(sink.url), fetch(sink.url):
            until(lambda: sink.watchers == 2)
        until(lambda: not sink.watchers)


@pytest.mark.parametrize("path", ["/", "/front_door.mjpg", "/front_door"])
def test_a_viewer_gets_what_the_camera_sees(path: str) -> None:
    with running(Mjpeg(HERE)) as sink, fetch(sink.url + path) as stream:
        until(lambda: sink.watchers > 0)
        for colour in (50, 150):
            sink.write(result(frame=plain(80, 60, (colour, 0, 0))))
            found = picture(stream)
            assert found.shape == (60, 80, 3)
            assert abs(int(found[30, 40, 2]) - colour) < 4


def test_opencv_reads_the_stream() -> None:
    with running(Mjpeg(HERE)) as sink:
        stop = Event()

        def show() -> None:
            while not stop.wait(0.02):
                sink.write(result(frame=plain(80, 60)))

        camera = Thread(target=show)
        camera.start()
        try:
            capture = cv2.VideoCapture(f"{sink.url}/front_door.mjpg", cv2.CAP_FFMPEG)
            frame = capture.read()[1]
            capture.release()
        finally:
            stop.set()
            camera.join()
    assert frame.shape == (60, 80, 3)


def test_no_picture_is_encoded_without_a_viewer(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[int] = []

    def encode(_frame: Frame, quality: int) -> bytes:
        encoded.append(quality)
        return b"x"

    monkeypatch.setattr("featherface_runtime.sinks.mjpeg.jpeg", encode)
    with running(Mjpeg(HERE)) as sink:
        sink.write(result())
        assert not encoded
        with fetch(sink.url), fetch(sink.url):
            until(lambda: sink.watchers == 2)
            sink.write(result())
        assert len(encoded) == 1
        until(lambda: left_alone(sink))


def test_a_viewer_that_takes_nothing_does_not_hold_up_the_camera() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (480, 640, 3), np.uint8)
    with running(Mjpeg(HERE)) as sink:
        host, port = sink.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as sleeper:
            sleeper.sendall(b"GET / HTTP/1.0\r\n\r\n")
            until(lambda: sink.watchers > 0)
            for _ in range(60):  # far more than the buffers of a connection hold
                sink.write(result(frame=noise))
            with fetch(sink.url) as stream:
                until(lambda: sink.watchers == 2)
                sink.write(result(frame=plain(80, 60)))
                assert picture(stream).shape == (60, 80, 3)


def test_viewers_are_limited_and_places_come_free() -> None:
    with running(Mjpeg(HERE, viewers=1)) as sink:
        with fetch(sink.url):
            until(lambda: sink.watchers > 0)
            code, reason = refused(sink.url)
            assert (code, reason) == (503, "too many viewers: try again later\n")
        until(lambda: left_alone(sink))
        with fetch(sink.url) as stream:
            assert stream.status == 200


def test_others_need_the_token() -> None:
    with pytest.raises(SinkError, match=r"0\.0\.0\.0:0 shows faces to whoever reaches it"):
        Mjpeg(EVERYWHERE)
    with running(Mjpeg(EVERYWHERE, token="känguru")) as sink:  # noqa: S106
        url = sink.url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        for wrong in ("", "?token=", "?token=kanguru", "?other=k%C3%A4nguru"):
            assert refused(url + "/" + wrong) == (403, "the token is missing or wrong\n")
        with fetch(f"{url}/?token=k%C3%A4nguru") as stream:
            assert stream.status == 200


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/other.mjpg", "//x", "/front_door/x"])
def test_there_is_nothing_but_sources(path: str) -> None:
    with running(Mjpeg(HERE)) as sink:
        assert refused(sink.url + path)[0] == 404


def test_viewers_are_let_go_at_the_end() -> None:
    sink = Mjpeg(HERE)
    sink.begin(INFO)
    with fetch(sink.url) as stream:
        until(lambda: sink.watchers > 0)
        sink.close()
        assert stream.read() == b""


def test_a_taken_address_is_one_error() -> None:
    with running(Mjpeg(HERE)) as sink:
        taken = read_address(sink.url.removeprefix("http://"))
        with pytest.raises(SinkError, match=r"cannot be served \(Address already in use\)"):
            Mjpeg(taken).begin(INFO)


@pytest.mark.parametrize(
    ("text", "address", "local"),
    [
        ("8081", ("127.0.0.1", 8081), True),
        (":8081", ("127.0.0.1", 8081), True),
        ("localhost:1", ("localhost", 1), True),
        ("[::1]:80", ("::1", 80), True),
        ("0.0.0.0:0", ("0.0.0.0", 0), False),  # noqa: S104
        ("camera.lan:9", ("camera.lan", 9), False),
    ],
)
def test_addresses(text: str, address: tuple[str, int], *, local: bool) -> None:
    assert read_address(text) == address
    assert read_address(text).local == local


@pytest.mark.parametrize("text", ["", "host", "host:", "host:x", "host:65536", "host:-1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(SinkError, match="is no address, wanted HOST:PORT"):
        read_address(text)


def test_prometheus_reads_all_figures() -> None:
    parser = pytest.importorskip("prometheus_client.parser")
    sink = Prometheus(HERE, lambda: NOW)
    with running(sink):
        sink.write(result(count=3, events=(ENTER, ENTER, replace(ENTER, kind="in", place="gate"))))
        with fetch(sink.url) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            text = answer.read().decode()
    families = list(parser.text_string_to_metric_families(text))
    assert all(family.documentation and family.type in {"counter", "gauge"} for family in families)
    found = {
        (sample.name.removeprefix("featherface_"), *sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }
    door, other = ("source", "front door"), ("source", 'a "b"\\\n')
    assert found["source_captured_total", door] == 90
    assert found["source_dropped_total", door] == 2
    assert found["source_reconnects_total", door] == 4
    assert found["source_live", door] == 1
    assert found["source_live", other] == 0
    assert found["source_results_per_second", door] == 14.5
    assert found["result_age_seconds", ("quantile", "0.99"), door] == 0.09
    assert ("result_age_seconds", ("quantile", "0.99"), other) not in found
    assert found["sink_dropped_total", ("sink", "mqtt")] == 5
    assert found["inference_seconds",] == 0.02
    assert found["board_temperature_celsius",] == 61.5
    assert found["board_throttled",] == 1
    assert found["faces", door] == 3
    assert found["face_events_total", ("event", "enter"), ("place", ""), door] == 2
    assert found["face_events_total", ("event", "in"), ("place", "gate"), door] == 1


def test_figures_that_a_board_does_not_give_are_left_out() -> None:
    with running(Prometheus(HERE, TIES.snapshot)) as sink, fetch(sink.url) as answer:
        text = answer.read().decode()
    assert "featherface_uptime_seconds 0.0\n" in text
    assert "board" not in text
    assert "inference" not in text


def test_figures_are_at_one_place_and_may_need_a_token() -> None:
    with running(Prometheus(EVERYWHERE, TIES.snapshot, token="a")) as sink:  # noqa: S106
        url = sink.url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        assert refused(url)[0] == 403
        with fetch(url, "a") as answer:
            assert b"featherface_faces" in answer.read()
        assert refused(url.replace("metrics", "x") + "?token=a")[0] == 404
