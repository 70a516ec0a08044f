"""A comparison as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from featherface_edge.columns import aligned
from featherface_edge.evaluation.names import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.evaluation.bootstrap import Interval
    from featherface_edge.evaluation.comparison import Comparison, Difference, Measured

_SHOWN_NAMES = 3
NOISE_NOTE = (
    "Two trainings of one network differ by up to 2 points: of networks trained apart, "
    "less than that says nothing."
)


def text_lines(comparison: Comparison) -> list[str]:
    """The comparison as lines for a terminal."""
    return [
        *_table(comparison),
        "",
        set_line(comparison),
        *unread_lines(comparison),
        *time_lines(comparison),
        *_difference_lines(comparison),
    ]


def to_json(comparison: Comparison) -> str:
    """The figures, 0 to 1, as JSON."""
    record = {
        "conditions": dict(comparison.conditions),
        "pictures": comparison.pictures,
        "faces": dict(comparison.faces),
        "unread": list(comparison.unread),
        "bootstrap": comparison.draws,
        "models": {model.name: _figures(model) for model in comparison.models},
        "held_against": comparison.held_against,
        "time_ratios": dict(comparison.time_ratios),
        "differences": [_difference(item) for item in comparison.differences()],
    }
    return json.dumps(record, indent=1) + "\n"


def figure_text(model: Measured, subset: str) -> str:
    """Average precision in percent, with its interval where there is one."""
    spread = model.spread(subset)
    value = f"{100 * model.result.precision[subset]:.2f}"
    return value if spread is None else f"{value} [{_percent(spread, '')}]"


def difference_text(item: Difference) -> str:
    """The difference in points, with its interval."""
    return f"{100 * item.value:+.2f} [{_percent(item.spread, '+')}]"


def set_line(comparison: Comparison) -> str:
    """What was measured on, and what the brackets mean."""
    faces = ", ".join(f"{subset} {count:,}" for subset, count in comparison.faces.items())
    counts = f"{comparison.pictures:,} pictures; faces: {faces}."
    if not comparison.draws:
        return counts
    return f"{counts} [ ]: 95 % of {comparison.draws:,} bootstrap draws of the pictures."


def unread_lines(comparison: Comparison) -> list[str]:
    """What to say of pictures that could not be read; nothing when all could."""
    unread = comparison.unread
    if not unread:
        return []
    names = ", ".join(shown(name) for name in unread[:_SHOWN_NAMES])
    more = ", ..." if len(unread) > _SHOWN_NAMES else ""
    line = (
        f"{len(unread):,} of {comparison.pictures:,} pictures are missing or broken "
        f"({names}{more}): their faces count as missed."
    )
    return [line]


def time_lines(comparison: Comparison) -> list[str]:
    """What the times are; nothing when none was taken."""
    if not comparison.time_ratios:
        return []
    line = (
        f"Time: of one inference, in turn with {comparison.held_against}, whose time is 1; "
        "none for checkpoints, which no board runs."
    )
    return [line]


def _table(comparison: Comparison) -> list[str]:
    timed = bool(comparison.time_ratios)
    rows = [["", *comparison.subsets, *["time"] * timed]] + [
        [
            model.name,
            *(figure_text(model, subset) for subset in comparison.subsets),
            *[_time_text(comparison, model)] * timed,
        ]
        for model in comparison.models
    ]
    return aligned(rows)


def _time_text(comparison: Comparison, model: Measured) -> str:
    ratio = comparison.time_ratios.get(model.name)
    return "-" if ratio is None else f"{ratio:.2f}"


def _difference_lines(comparison: Comparison) -> list[str]:
    """The differences to the model that the others are held against."""
    first = comparison.held_against
    rows = [
        [item.second, item.subset, difference_text(item), item.verdict]
        for item in comparison.differences()
        if item.first == first
    ]
    if not rows:
        return []
    return ["", f"Difference to {first}, on the same draws:", *aligned(rows), NOISE_NOTE]


def _figures(model: Measured) -> dict[str, dict[str, object]]:
    spreads = {subset: model.spread(subset) for subset in model.result.precision}
    return {
        "precision": {**model.result.precision},
        "interval": {
            subset: [spread.low, spread.high] for subset, spread in spreads.items() if spread
        },
    }


def _difference(item: Difference) -> dict[str, object]:
    return {
        "first": item.first,
        "second": item.second,
        "subset": item.subset,
        "value": item.value,
        "interval": [item.spread.low, item.spread.high],
        "verdict": item.verdict,
    }


def _percent(spread: Interval, sign: str) -> str:
    ends: Sequence[float] = (spread.low, spread.high)
    return ", ".join(f"{100 * end:{sign}.1f}" for end in ends)
