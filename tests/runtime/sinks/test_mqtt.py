from __future__ import annotations

import getpass
import json
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from featherface_edge.errors import SinkError
from featherface_runtime.sinks import SourceInfo, StreamInfo
from featherface_runtime.sinks.mqtt import Broker, Mqtt
from tests.runtime.sinks.results import ENTER, result, running, until
from tests.servers.relay import Relay
from tests.servers.rtsp import free_port

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

paho = pytest.importorskip(
    "paho.mqtt.client", reason="paho-mqtt is missing: install the extra 'mqtt'"
)
MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
pytestmark = pytest.mark.skipif(
    MOSQUITTO is None, reason="mosquitto is missing: install the packages of .ci/apt.txt"
)


@dataclass
class Mosquitto:
    """A broker that can be ended and started again on the same port."""

    folder: Path
    login: tuple[str, str] = ("", "")
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        settings = [f"user {getpass.getuser()}", f"listener {self.port} 127.0.0.1"]
        settings.append(f"allow_anonymous {str(not self.login[0]).lower()}")
        if self.login[0]:
            passwords = self.folder / "passwords"
            command = ["mosquitto_passwd", "-c", "-b", str(passwords), *self.login]
            subprocess.run(command, check=True, capture_output=True)
            settings.append(f"password_file {passwords}")
        (self.folder / "broker.conf").write_text("\n".join(settings), encoding="ascii")
        command = [str(MOSQUITTO), "-c", str(self.folder / "broker.conf")]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def mosquitto(tmp_path: Path) -> Generator[Mosquitto, None, None]:
    broker = Mosquitto(tmp_path)
    try:
        broker.start()
        yield broker
    finally:
        broker.kill()


@dataclass
class Heard:
    """What a subscriber to everything hears; retained: what the broker had kept for it."""

    messages: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    retained: dict[str, str] = field(default_factory=dict[str, str])

    def of(self, topic: str) -> list[Any]:
        return [json.loads(text) for name, text in self.messages if name == topic]

    def last(self, topic: str) -> str | None:
        return dict(self.messages).get(topic)


@contextmanager
def listening(port: int) -> Generator[Heard, None, None]:
    heard, ready = Heard(), Event()

    def subscribe(client: Any, *_: Any) -> None:  # noqa: ANN401
        client.subscribe("#", qos=1)

    def settled(*_: Any) -> None:  # noqa: ANN401
        ready.set()

    def note(_client: Any, _data: Any, message: Any) -> None:  # noqa: ANN401 -- paho's
        heard.messages.append((message.topic, message.payload.decode()))
        if message.retain:
            heard.retained[message.topic] = message.payload.decode()

    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.on_connect = subscribe
    client.on_subscribe = settled
    client.on_message = note
    client.reconnect_delay_set(0.1, 1)
    client.connect_async("127.0.0.1", port)
    client.loop_start()
    try:
        until(ready.is_set)
        yield heard
    finally:
        client.disconnect()
        client.loop_stop()


def broker(mosquitto: Mosquitto, **members: Any) -> Broker:  # noqa: ANN401 -- of Broker
    return Broker("127.0.0.1", mosquitto.port, **members)


def test_a_broker_is_told_what_happens(mosquitto: Mosquitto) -> None:
    leave = replace(ENTER, kind="leave", seconds=2)
    with listening(mosquitto.port) as heard:
        with running(Mqtt(broker(mosquitto, topic="home/cams", results=True))) as sink:
            until(lambda: heard.last("home/cams/status") == "online")
            for moment, count, events in (
                (0, 1, (ENTER,)),
                (1, 1, ()),
                (2, 0, (leave,)),
                (13, 0, ()),
            ):
                sink.write(result(moment, count=count, events=events))
            until(lambda: len(heard.of("home/cams/front_door/result")) == 4)
        until(lambda: heard.last("home/cams/status") == "offline")
    assert [count["count"] for count in heard.of("home/cams/front_door/faces")] == [1, 0, 0]
    assert heard.of("home/cams/front_door/faces")[1]["time"] == "2023-11-14T22:13:22.250Z"
    told = heard.of("home/cams/front_door/event")
    assert [(each["event_type"], each["id"], each["seconds"]) for each in told] == [
        ("enter", 7, 0),
        ("leave", 7, 2),
    ]
    assert [each["frame"] for each in heard.of("home/cams/front_door/result")] == [0, 10, 20, 130]


def test_home_assistant_finds_our_sources(mosquitto: Mosquitto) -> None:
    two = StreamInfo((SourceInfo("front door", live=True), SourceInfo("yard/#+", live=True)))
    with running(Mqtt(broker(mosquitto)), two) as sink:
        sink.write(result(count=2))
        with listening(mosquitto.port) as early:
            until(lambda: early.last("featherface/status") == "online")
        with listening(mosquitto.port) as heard:  # Home Assistant, started later
            until(lambda: len(heard.retained) == 8)
    configs = {
        topic: json.loads(text)
        for topic, text in heard.retained.items()
        if topic.startswith("homeassistant/")
    }
    assert sorted(configs) == [
        f"homeassistant/{component}/featherface_{source}/{member}/config"
        for component, member in (
            ("binary_sensor", "present"),
            ("event", "event"),
            ("sensor", "faces"),
        )
        for source in ("front_door", "yard")
    ]
    sensor = configs["homeassistant/sensor/featherface_front_door/faces/config"]
    assert sensor["state_topic"] == "featherface/front_door/faces"
    assert json.loads(heard.retained[sensor["state_topic"]])["count"] == 2
    assert sensor["availability_topic"] == "featherface/status"
    assert sensor["device"]["identifiers"] == ["featherface_front_door"]
    assert len({config["unique_id"] for config in configs.values()}) == 6
    event = configs["homeassistant/event/featherface_yard/event/config"]
    assert event["event_types"] == ["enter", "leave", "in", "out"]


def test_nothing_is_announced_where_that_is_not_wanted(mosquitto: Mosquitto) -> None:
    with running(Mqtt(broker(mosquitto, discovery=""))), listening(mosquitto.port) as heard:
        until(lambda: heard.last("featherface/status") == "online")
    assert set(dict(heard.messages)) == {"featherface/status"}


def test_events_wait_for_a_broker_that_is_away(mosquitto: Mosquitto) -> None:
    relay = Relay(mosquitto.port)
    to = replace(broker(mosquitto), port=relay.port)
    with listening(mosquitto.port) as heard, running(Mqtt(to)) as sink:
        until(lambda: heard.last("featherface/status") == "online")
        relay.pull()
        until(lambda: heard.last("featherface/status") == "offline")  # the broker's word
        until(lambda: bool(sink.problem))
        sink.write(result(0, count=1, events=(ENTER,)))
        sink.write(result(1, count=3))
        assert not heard.of("featherface/front_door/event")
        relay.mend()
        until(lambda: heard.last("featherface/status") == "online")
        until(lambda: len(heard.of("featherface/front_door/event")) == 1)
        until(lambda: len(heard.of("featherface/front_door/faces")) == 1)
        assert heard.of("featherface/front_door/faces")[0]["count"] == 3
    relay.pull()


def test_a_broker_that_forgot_all_is_told_again(mosquitto: Mosquitto) -> None:
    with running(Mqtt(broker(mosquitto))) as sink:
        sink.write(result(0, count=3))
        until(lambda: not sink.problem)
        mosquitto.kill()
        until(lambda: bool(sink.problem))
        mosquitto.start()
        until(lambda: not sink.problem)
        with listening(mosquitto.port) as heard:
            until(lambda: len({name for name, _ in heard.messages}) == 5)
        assert heard.of("featherface/front_door/faces")[-1]["count"] == 3


def test_a_broker_asks_for_the_password(tmp_path: Path) -> None:
    if shutil.which("mosquitto_passwd") is None:
        pytest.skip("mosquitto_passwd is missing")
    mosquitto = Mosquitto(tmp_path, ("bob", "secret"))
    mosquitto.start()
    try:
        right = Mqtt(broker(mosquitto, user="bob", password="secret"))  # noqa: S106
        with running(right):
            until(lambda: not right.problem)
        wrong = Mqtt(broker(mosquitto, user="bob", password="guess", results=True))  # noqa: S106
        with running(wrong):
            until(lambda: wrong.problem != "not reached yet")
            where = f"127.0.0.1:{mosquitto.port}"
            with pytest.raises(SinkError, match=f"{where} is not told: it says Not authorized"):
                wrong.write(result())
    finally:
        mosquitto.kill()


def test_what_waits_for_a_broker_is_limited_and_the_end_comes() -> None:
    with running(Mqtt(Broker("127.0.0.1", free_port()))) as sink:
        for _ in range(1000):
            sink.write(result(events=(ENTER,)))
        with pytest.raises(SinkError, match="is not told"):
            sink.write(result(events=(ENTER,)))


@pytest.mark.parametrize("topic", ["", "a/+", "#", "/a"])
def test_topics_that_cannot_be_written_to_are_refused(topic: str) -> None:
    with pytest.raises(SinkError, match="topic"):
        Broker("host", topic=topic)
