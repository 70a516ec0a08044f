"""What the live runtime says of itself, at one moment."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from featherface_edge.spec import JsonValue

State: TypeAlias = Literal["live", "reconnecting", "ended", "failed"]


@dataclass(frozen=True, slots=True)
class Ages:
    """How old results were when they were known, over the last 1,024 of them: seconds."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class SourceSnapshot:
    """Counters of one source since the start.

    captured: frames that came out of it. missed: gaps in their numbers, lost in the camera.
    dropped: captured ones that a newer one replaced. inferred: those whose faces were looked for.
    errors: what went wrong, of which `problem` is the last. reconnects: how often it came back.
    ages: None before the first result. fps: results a second, of late. size: width and height of
    the frames, None before the first one.
    """

    name: str
    state: State
    captured: int = 0
    missed: int = 0
    dropped: int = 0
    inferred: int = 0
    errors: int = 0
    reconnects: int = 0
    fps: float = 0.0
    ages: Ages | None = None
    size: tuple[int, int] | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SinkSnapshot:
    """Counters of one sink: results written, dropped because it was busy, and refused by it.

    broken: it ended by an error of its own.
    """

    name: str
    written: int = 0
    dropped: int = 0
    errors: int = 0
    problem: str = ""
    broken: bool = False


@dataclass(frozen=True, slots=True)
class TelemetrySnapshot:
    """All counters.

    uptime: seconds since the start. inference_ms: median of the last inferences, None before the
    first. temperature_c, throttled: of the board, None where it does not tell. policy: what is done
    about it, in words.
    """

    uptime: float
    sources: tuple[SourceSnapshot, ...]
    sinks: tuple[SinkSnapshot, ...] = ()
    inference_ms: float | None = None
    temperature_c: float | None = None
    throttled: bool | None = None
    policy: str = ""

    def as_json(self) -> dict[str, JsonValue]:
        """Give the snapshot as what json.dumps takes: the members' names and values."""
        return asdict(self)

    def summary(self) -> str:
        """Give the most important in one line."""
        parts = [f"{each.name} {each.state} {each.fps:.1f}/s" for each in self.sources]
        if self.temperature_c is not None:
            parts.append(f"{self.temperature_c:.0f} °C")
        return ", ".join([*parts, self.policy] if self.policy else parts)
