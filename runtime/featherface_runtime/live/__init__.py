"""The live runtime: always the newest frame of each camera."""

from featherface_runtime.live.result import Result
from featherface_runtime.live.shot import Shot
from featherface_runtime.live.snapshot import (
    Ages,
    SinkSnapshot,
    SourceSnapshot,
    State,
    TelemetrySnapshot,
)
from featherface_runtime.live.telemetry import SinkCounters, SourceCounters, Telemetry

__all__ = [
    "Ages",
    "Result",
    "Shot",
    "SinkCounters",
    "SinkSnapshot",
    "SourceCounters",
    "SourceSnapshot",
    "State",
    "Telemetry",
    "TelemetrySnapshot",
]
