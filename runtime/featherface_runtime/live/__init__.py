"""The live runtime: always the newest frame of each camera."""

from featherface_runtime.live.finishing import Finishes, Plain
from featherface_runtime.live.health import BROKEN, ENDED, NO_SOURCE, Health
from featherface_runtime.live.looking import Finds
from featherface_runtime.live.options import Feed, Heat, Patience, Region, StreamOptions
from featherface_runtime.live.result import Result
from featherface_runtime.live.shot import Shot
from featherface_runtime.live.signals import stopping
from featherface_runtime.live.snapshot import (
    Ages,
    SinkSnapshot,
    SourceSnapshot,
    State,
    TelemetrySnapshot,
)
from featherface_runtime.live.stream import Stream
from featherface_runtime.live.telemetry import SinkCounters, SourceCounters, Telemetry

__all__ = [
    "BROKEN",
    "ENDED",
    "NO_SOURCE",
    "Ages",
    "Feed",
    "Finds",
    "Finishes",
    "Health",
    "Heat",
    "Patience",
    "Plain",
    "Region",
    "Result",
    "Shot",
    "SinkCounters",
    "SinkSnapshot",
    "SourceCounters",
    "SourceSnapshot",
    "State",
    "Stream",
    "StreamOptions",
    "Telemetry",
    "TelemetrySnapshot",
    "stopping",
]
