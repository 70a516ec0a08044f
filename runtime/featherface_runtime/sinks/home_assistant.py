"""What Home Assistant must hear to show our sources: MQTT discovery, one message an entity."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from featherface_runtime.sinks.naming import plain_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from featherface_edge.spec import JsonValue

_KINDS = ("enter", "leave", "in", "out")


def announcements(discovery: str, base: str, sources: Iterable[str]) -> dict[str, str]:
    """Give the messages, by topic, that the broker is to keep.

    discovery: Home Assistant's topic. base: ours. Each source becomes a device with how many faces
    there are, whether there is one, and what they did.
    """
    return {
        f"{discovery}/{component}/{_identity(base, source)}/{member}/config": json.dumps(
            {**_common(base, source, member), **details}
        )
        for source in sources
        for member, component, details in _entities(f"{base}/{plain_name(source)}")
    }


def _identity(base: str, source: str) -> str:
    return f"{plain_name(base)}_{plain_name(source)}"


def _entities(topic: str) -> list[tuple[str, str, dict[str, JsonValue]]]:
    count = {"state_topic": f"{topic}/faces", "value_template": "{{ value_json.count }}"}
    present = "{{ 'ON' if value_json.count > 0 else 'OFF' }}"
    return [
        ("faces", "sensor", {"name": "Faces", "state_class": "measurement", **count}),
        (
            "present",
            "binary_sensor",
            {
                "name": "Somebody there",
                "device_class": "occupancy",
                **count,
                "value_template": present,
            },
        ),
        (
            "event",
            "event",
            {"name": "Event", "state_topic": f"{topic}/event", "event_types": list(_KINDS)},
        ),
    ]


def _common(base: str, source: str, member: str) -> dict[str, JsonValue]:
    identity = _identity(base, source)
    return {
        "unique_id": f"{identity}_{member}",
        "object_id": f"{identity}_{member}",
        "availability_topic": f"{base}/status",
        "device": {
            "identifiers": [identity],
            "name": f"{base} {source}",
            "manufacturer": "featherface-edge",
        },
        "origin": {"name": "featherface-edge"},
    }
