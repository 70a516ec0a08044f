"""A preview of two sources, and who asks it."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from featherface_runtime.live import Health, SourceSnapshot, TelemetrySnapshot
from featherface_runtime.preview import Preview
from featherface_runtime.sinks import SourceInfo, StreamInfo
from featherface_runtime.sinks.serving import Address
from tests.pictures import plain
from tests.runtime.sinks.results import result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

HERE = Address("127.0.0.1", 0)
EVERYWHERE = Address("0.0.0.0", 0)  # noqa: S104 -- what is tested
INFO = StreamInfo((SourceInfo("front door", live=True), SourceInfo("b", live=True)), "edge 320x320")
JSON = {"Content-Type": "application/json"}


class Stream:
    """What the page shows and sets."""

    def __init__(self) -> None:
        self.score = 0.5

    def snapshot(self) -> TelemetrySnapshot:
        sources = tuple(SourceSnapshot(each.name, "live") for each in INFO.sources)
        return TelemetrySnapshot(1.0, sources, throttled=True)

    def health(self) -> Health:
        return Health("degraded", ("b is lost",))


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class Seen(NamedTuple):
    number: int
    found: dict[str, Any]
    picture: bytes


def connected(preview: Preview) -> HTTPConnection:
    return HTTPConnection(preview.url.partition("//")[2], timeout=30)


def asked(
    preview: Preview,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    connection = connected(preview)
    try:
        connection.request("GET" if body is None else "POST", path, body, dict(headers or {}))
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def seen(data: bytes) -> Seen:
    length = int.from_bytes(data[8:12], "big")
    return Seen(
        int.from_bytes(data[:8], "big"), json.loads(data[12 : 12 + length]), data[12 + length :]
    )


def frame(
    preview: Preview, after: int = 0, viewer: str = "me", source: str = "front+door"
) -> Answer:
    return asked(preview, f"/frame?source={source}&viewer={viewer}&after={after}")


class Camera:
    """A camera that writes results until the block is over."""

    def __init__(self, preview: Preview, size: tuple[int, int] = (160, 120)) -> None:
        self._preview = preview
        self._size = size
        self._over = Event()
        self._thread = Thread(target=self._run)
        self.written = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        picture = plain(*self._size)
        while not self._over.wait(0.02):
            self._preview.write(result(self.written / 10, count=2, frame=picture))
            self.written += 1


def made(**given: Any) -> tuple[Preview, Stream]:  # noqa: ANN401 -- of Preview
    stream = Stream()
    return Preview(given.pop("address", HERE), lambda: stream, **given), stream
