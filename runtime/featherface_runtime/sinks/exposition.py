"""Counters as Prometheus reads them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from featherface_runtime.live.snapshot import SourceSnapshot, TelemetrySnapshot

_PREFIX = "featherface_"
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
_Row: TypeAlias = "tuple[Mapping[str, str], float]"
_COUNTERS = (  # member of a source's snapshot, and what it says
    ("captured", "Frames that came out of the source"),
    ("missed", "Frames lost in the camera"),
    ("dropped", "Captured frames that a newer one replaced"),
    ("inferred", "Frames whose faces were looked for"),
    ("errors", "What went wrong with the source"),
    ("reconnects", "How often the source came back"),
)


class Figure(NamedTuple):
    """One kind of figure. rows: labels with their value."""

    name: str
    kind: Literal["counter", "gauge"]
    text: str
    rows: Sequence[_Row]


def figures(now: TelemetrySnapshot) -> list[Figure]:
    """Give the figures of the live runtime."""
    return [*_of_sources(now.sources), *_of_sinks(now), *_of_board(now)]


def exposed(all_figures: Iterable[Figure]) -> str:
    """Give the text; a figure without rows is left out."""
    return "".join(_text(figure) for figure in all_figures if figure.rows)


def _of_sources(sources: Sequence[SourceSnapshot]) -> list[Figure]:
    labelled = [({"source": each.name}, each) for each in sources]
    counters = [
        Figure(
            f"source_{member}_total",
            "counter",
            text,
            [(labels, getattr(each, member)) for labels, each in labelled],
        )
        for member, text in _COUNTERS
    ]
    ages = [
        ({**labels, "quantile": quantile}, value)
        for labels, each in labelled
        if each.ages is not None
        for quantile, value in (
            ("0.5", each.ages.p50),
            ("0.95", each.ages.p95),
            ("0.99", each.ages.p99),
        )
    ]
    live = [(labels, float(each.state == "live")) for labels, each in labelled]
    rates = [(labels, each.fps) for labels, each in labelled]
    return [
        *counters,
        Figure("source_live", "gauge", "1 where frames come", live),
        Figure("source_results_per_second", "gauge", "Results a second, of late", rates),
        Figure("result_age_seconds", "gauge", "From capture to result, the last 1,024", ages),
    ]


def _of_sinks(now: TelemetrySnapshot) -> list[Figure]:
    texts = {"written": "kept", "dropped": "lost because it was busy", "errors": "refused by it"}
    return [
        Figure(
            f"sink_{member}_total",
            "counter",
            f"Results that were {text}",
            [({"sink": each.name}, getattr(each, member)) for each in now.sinks],
        )
        for member, text in texts.items()
    ]


def _of_board(now: TelemetrySnapshot) -> list[Figure]:
    inference = None if now.inference_ms is None else now.inference_ms / 1000
    values = (
        ("uptime_seconds", "Since the start", now.uptime),
        ("inference_seconds", "Median of the last inferences", inference),
        ("board_temperature_celsius", "Of the processor", now.temperature_c),
        ("board_throttled", "1 while the board slows itself down", now.throttled),
    )
    return [
        Figure(name, "gauge", text, [({}, float(value))])
        for name, text, value in values
        if value is not None
    ]


def _text(figure: Figure) -> str:
    name = _PREFIX + figure.name
    lines = [f"# HELP {name} {figure.text}", f"# TYPE {name} {figure.kind}"]
    lines += [f"{name}{_labels(labels)} {_number(value)}" for labels, value in figure.rows]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    pairs = ",".join(f'{key}="{value.translate(_ESCAPES)}"' for key, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else "NaN"
