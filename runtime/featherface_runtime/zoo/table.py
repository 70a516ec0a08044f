"""The index as a table, for a terminal or for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.columns import aligned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from featherface_runtime.zoo.records import Artifact, Index

_NUMBERS = range(3, 10)  # columns that stand flush right
_UNKNOWN = "-"
_KB = 1024


def heading(index: Index) -> tuple[str, ...]:
    """Give the titles of the columns."""
    return (
        *("network", "size", "format", "parameters", "AP easy / medium / hard", "INT8 loss"),
        *("landmark error", "ms", f"{index.reference.name} = 1", "KB"),
    )


def rows(index: Index, artifacts: Iterable[Artifact]) -> list[tuple[str, ...]]:
    """Give the cells of each artifact; the network's name of the default has a star."""
    return [_row(index, artifact) for artifact in artifacts]


def notes(index: Index) -> list[str]:
    """Give what the figures mean, a sentence a line."""
    machine, reference, default = index.machine, index.reference, index.default
    versions = ", ".join(f"{name} {version}" for name, version in machine.interpreters.items())
    where = f"{machine.threads} thread, {machine.cpu} ({machine.system}; {versions})"
    unit = f"{reference.name} at {reference.width}x{reference.height}"
    return [
        f"* default: {default.network} {default.width}x{default.height}: {default.reason}.",
        *(f"{name}: {text}." for name, text in index.conditions.items()),
        "INT8 loss: points of mean AP below the float network at the same size.",
        f"ms: least processor time of an inference, {where}.",
        f"{reference.name} = 1: the time of {unit} in the same interpreter, float or INT8.",
    ]


def text(index: Index, artifacts: Iterable[Artifact]) -> str:
    """Give the table with columns aligned, and the notes below it."""
    lines = [heading(index), *rows(index, artifacts)]
    return "\n".join([*aligned(lines, _NUMBERS), "", *notes(index)])


def markdown(index: Index, artifacts: Iterable[Artifact]) -> str:
    """Give the table as Markdown."""
    titles = heading(index)
    rule = ["---:" if place in _NUMBERS else "---" for place in range(len(titles))]
    return "\n".join(
        "| " + " | ".join(line) + " |" for line in (titles, rule, *rows(index, artifacts))
    )


def _row(index: Index, artifact: Artifact) -> tuple[str, ...]:
    default, timing = index.default, artifact.timing
    wanted = (default.network, default.width, default.height)
    star = "*" if (artifact.network, artifact.width, artifact.height) == wanted else ""
    return (
        artifact.network + star,
        artifact.size,
        artifact.format,
        f"{index.network(artifact.network).parameters:,}",
        str(artifact.precision),
        f"{_rounded(100 * artifact.loss):.1f}",
        f"{artifact.landmark_error:.3f}",
        f"{timing.milliseconds:.2f}",
        _UNKNOWN if timing.ratio is None else f"{timing.ratio:.2f}",
        f"{artifact.bytes / _KB:,.0f}",
    )


def _rounded(value: float) -> float:
    """Give the value to one place, never -0."""
    return round(value, 1) + 0.0
