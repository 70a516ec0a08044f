from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from featherface_edge.errors import MissingDependencyError, SinkError
from featherface_runtime.sinks import SINKS, open_sink
from featherface_runtime.sinks.journal import Journal
from featherface_runtime.sinks.mjpeg import Mjpeg
from featherface_runtime.sinks.mqtt import Mqtt
from featherface_runtime.sinks.prometheus import Prometheus
from featherface_runtime.sinks.rtsp import Rtsp
from featherface_runtime.sinks.snapshots import Snapshots
from featherface_runtime.sinks.video import Video
from featherface_runtime.sinks.webhook import Webhook
from featherface_runtime.sinks.window import Window
from tests.runtime.sinks.results import ENTER, TIES, result, running

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("window:", Window),
        ("video:a.mkv?minutes=10&quality=70&drawn=false", Video),
        ("json:a.jsonl?events=true&megabytes=5", Journal),
        ("snapshots:folder?every=0.5&on=enter&keep=3&drawn=true", Snapshots),
        ("http://host/path?a=b#results=true&token=x", Webhook),
        ("https://host", Webhook),
        ("prometheus://:9105", Prometheus),
        ("mjpeg://0.0.0.0:8081?token=x&viewers=3", Mjpeg),
        ("MJPEG://localhost:8081", Mjpeg),
        ("rtsp://bob:pw@0.0.0.0:8554", Rtsp),
        ("rtsp://127.0.0.1:8554/", Rtsp),
    ],
)
def test_uris(uri: str, kind: type) -> None:
    assert type(open_sink(uri, TIES)) is kind


@pytest.mark.parametrize(
    ("uri", "broker"),
    [
        ("mqtt://host", ("host", 1883, "featherface", "", "", False, "homeassistant")),
        ("mqtts://host", ("host", 8883, "featherface", "", "", True, "homeassistant")),
        ("mqtt://a:b%40c@host:99/x/y?discovery=", ("host", 99, "x/y", "a", "b@c", False, "")),
    ],
)
def test_brokers(uri: str, broker: tuple[object, ...]) -> None:
    pytest.importorskip("paho.mqtt.client")
    sink = open_sink(uri, TIES)
    assert isinstance(sink, Mqtt)
    found = sink.broker
    assert broker == (
        found.host,
        found.port,
        found.topic,
        found.user,
        found.password,
        found.secure,
        found.discovery,
    )


def test_options_arrive(tmp_path: Path) -> None:
    with running(open_sink(f"json:{tmp_path}/a.jsonl?events=true", TIES)) as sink:
        sink.write(result(count=1))
        sink.write(result(events=(ENTER,)))
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 1
    with running(open_sink(f"snapshots:{tmp_path}/new?every=0&keep=2", TIES)) as sink:
        for moment in range(4):
            sink.write(result(moment, count=1))
    assert len(list((tmp_path / "new").iterdir())) == 2


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("", "'' is no place for results: wanted window:, video:FILE"),
        ("ftp://a:b@host", r"'ftp://a:\*\*\*@host' is no place for results"),
        ("video:a.avi", "its name must end in .mkv"),
        ("video:a.mkv?fps=3", "has no option 'fps', known: quality, drawn, minutes"),
        ("snapshots:a?on=never", "wanted one of faces, enter"),
        ("json:a?megabytes=-1", "wanted a number of 0 or more"),
        ("mjpeg://host", "'host' is no address"),
        ("mjpeg://0.0.0.0:1", "add a token"),
        ("mjpeg://:1?token=abc&x=1", r"token=\*\*\*&x=1 has no option 'x'"),
        ("rtsp://0.0.0.0:1", "add USER:PASSWORD@"),
        ("http:///x", "is no web address"),
    ],
)
def test_what_is_no_sink_is_one_error_without_secrets(uri: str, reason: str) -> None:
    with pytest.raises(SinkError, match=reason):
        open_sink(uri, TIES)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "paho.mqtt.client", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'featherface-edge\[mqtt\]'"):
        open_sink("mqtt://host", TIES)


def test_each_kind_says_how_its_uris_look() -> None:
    assert all(kind.syntax.startswith(scheme) for scheme, kind in SINKS.items())
