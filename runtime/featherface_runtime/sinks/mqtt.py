"""Events and counts over MQTT, with Home Assistant's discovery.

paho-mqtt speaks to the broker: pure Python without dependencies (67 kB), of the Eclipse Foundation
as Mosquitto is, under EPL-2.0 or EDL-1.0 (a BSD licence) as the user likes. Asynchronous clients
would bring an event loop to a program of threads.

Topics below the one that is given: `status` ("online" or "offline", the broker's word when we
vanish), `SOURCE/faces` (kept by the broker: {"count", "time"}), `SOURCE/event` (as `happened`, and
"event_type"), `SOURCE/result` (as `watched`, where wanted).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from featherface_edge.errors import SinkError
from featherface_edge.optional import load
from featherface_runtime.sinks.home_assistant import announcements
from featherface_runtime.sinks.message import happened, iso_time, watched
from featherface_runtime.sinks.naming import plain_name
from featherface_runtime.sinks.serving import read_address
from featherface_runtime.sources.address import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_edge.spec import JsonValue
    from featherface_runtime.live.result import Result
    from featherface_runtime.sinks.protocol import StreamInfo, Ties

_PORT, _SECURE_PORT = 1883, 8883
_TOPIC = "featherface"
_DISCOVERY = "homeassistant"
ONLINE, OFFLINE = "online", "offline"
_WAITING = 1000  # messages that wait for a broker that is away
_CONNECT_SECONDS = 3.0
_FAREWELL_SECONDS = 2.0
_KEEP_ALIVE_SECONDS = 15
_SLOWEST_RECONNECT_SECONDS = 15
_REPEAT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker and what to say there.

    topic: what all others stand below. results: every result too. discovery: Home Assistant's own
    topic; empty: it is told nothing. secure: over TLS, with the system's certificates.
    """

    host: str
    port: int = _PORT
    topic: str = _TOPIC
    user: str = ""
    password: str = ""
    secure: bool = False
    results: bool = False
    discovery: str = _DISCOVERY

    def __post_init__(self) -> None:
        for topic in (self.topic, self.discovery):
            if "+" in topic or "#" in topic or topic.startswith("/"):
                message = f"{topic!r} is no topic to write to, wanted words joined by /"
                raise SinkError(message)
        if not self.topic:
            message = "the topic is empty, wanted words joined by /"
            raise SinkError(message)


class Mqtt:
    """A sink that tells a broker; it waits for one that is away, and says all again to a new one.

    problem: why the broker is not there, empty when it is.

    Raises: MissingDependencyError without paho-mqtt.
    """

    name = "mqtt"
    newest = False

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self._where = f"{broker.host}:{broker.port}"
        self._client = self._made()
        self._lock = Lock()
        self._kept: dict[str, str] = {}
        self._faces: dict[str, tuple[int, float]] = {}
        self.problem = "not reached yet"

    def begin(self, info: StreamInfo) -> None:
        """Start connecting, which goes on until there is a broker."""
        base = self.broker.topic
        if self.broker.discovery:
            names = [source.name for source in info.sources]
            self._kept.update(announcements(self.broker.discovery, base, names))
        self._client.connect_async(self.broker.host, self.broker.port, _KEEP_ALIVE_SECONDS)
        self._client.loop_start()

    def write(self, result: Result) -> None:
        """Tell what happened, and how many faces there are, where that is new or ten seconds old.

        Raises: SinkError when a message finds no broker and may not wait either.
        """
        source = plain_name(result.shot.source)
        for event in happened(result):
            self._send(f"{source}/event", {**event, "event_type": event["event"]}, surely=True)
        self._tell_faces(source, result)
        if self.broker.results:
            self._send(f"{source}/result", watched(result), surely=False)

    def close(self) -> None:
        """Say farewell, once all that waits is sent or two seconds are over."""
        last = self._client.publish(f"{self.broker.topic}/status", OFFLINE, qos=1, retain=True)
        if self._client.is_connected():
            last.wait_for_publish(_FAREWELL_SECONDS)
        self._client.disconnect()
        self._client.loop_stop()

    def _tell_faces(self, source: str, result: Result) -> None:
        count, now = len(result.tracks) or len(result.faces), result.shot.captured
        before, told = self._faces.get(source, (-1, 0.0))
        if count == before and now - told < _REPEAT_SECONDS:
            return
        self._faces[source] = (count, now)
        topic = f"{self.broker.topic}/{source}/faces"
        text = json.dumps({"count": count, "time": iso_time(result.shot.wall)})
        with self._lock:
            self._kept[topic] = text
        if self._client.is_connected():  # else it is told on connecting
            self._client.publish(topic, text, retain=True)

    def _send(self, topic: str, value: Mapping[str, JsonValue], *, surely: bool) -> None:
        text = json.dumps(value, ensure_ascii=False)
        sent = self._client.publish(f"{self.broker.topic}/{topic}", text, qos=int(surely))
        full = sent.rc == self._paho.MQTT_ERR_QUEUE_SIZE
        if full or (not surely and sent.rc != self._paho.MQTT_ERR_SUCCESS):
            message = f"{self._where} is not told: {self.problem}"
            raise SinkError(message)

    def _made(self) -> Any:  # noqa: ANN401 -- paho.mqtt.client.Client
        self._paho = paho = load("paho.mqtt.client", "MQTT", "mqtt")
        client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.connect_timeout = _CONNECT_SECONDS
        client.max_queued_messages_set(_WAITING)
        client.reconnect_delay_set(1, _SLOWEST_RECONNECT_SECONDS)
        client.will_set(f"{self.broker.topic}/status", OFFLINE, qos=1, retain=True)
        if self.broker.user:
            client.username_pw_set(self.broker.user, self.broker.password)
        if self.broker.secure:
            client.tls_set()
        return client

    def _connected(self, client: Any, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:  # noqa: ANN401 -- paho's
        if reason.is_failure:
            self.problem = f"it says {reason}"
            return
        self.problem = ""
        with self._lock:
            kept = dict(self._kept)
        for topic, text in kept.items():
            client.publish(topic, text, qos=1, retain=True)
        client.publish(f"{self.broker.topic}/status", ONLINE, qos=1, retain=True)

    def _disconnected(self, _client: Any, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:  # noqa: ANN401 -- paho's
        self.problem = self.problem or f"the connection ended ({reason})"


def sink(uri: str, ties: Ties) -> Mqtt:
    """Give the sink of mqtt://USER:PASSWORD@HOST:PORT/TOPIC, and of mqtts: over TLS.

    Raises: SinkError for what cannot be understood.
    """
    del ties
    given = Settings(uri, ("results", "discovery"))
    login, _, place = given.place.rpartition("@")
    where, _, topic = place.partition("/")
    user, _, password = login.partition(":")
    secure = uri.lower().startswith("mqtts:")
    port = _SECURE_PORT if secure else _PORT
    address = read_address(where if ":" in where else f"{where}:{port}")
    return Mqtt(
        Broker(
            address.host,
            address.port,
            topic=topic or _TOPIC,
            user=unquote(user),
            password=unquote(password),
            secure=secure,
            results=given.flag("results", default=False),
            discovery=given.text("discovery", _DISCOVERY),
        )
    )
