"""The table of targets as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_converters.formats.capability import TARGETS, UNOFFERED
from featherface_edge.columns import aligned

if TYPE_CHECKING:
    from featherface_converters.formats.capability import Capability

HEADINGS = (
    *("target", "file", "precision", "input", "output", "dynamic", "opset", "flavours"),
    *("deformable", "fe-detect", "runs on"),
)


def listing() -> str:
    """One line for every target, then one for each format that is not offered, with the reason."""
    rows = [HEADINGS, *(_row(name, form) for name, form in TARGETS.items())]
    unoffered = (f"{name} is not offered: {why}" for name, why in UNOFFERED.items())
    return "\n".join([*aligned(rows), *unoffered])


def _row(name: str, form: Capability) -> tuple[str, ...]:
    return (
        name,
        form.suffix,
        form.precision,
        "|".join(form.takes),
        "|".join(form.gives),
        _yes(holds=form.dynamic),
        _yes(holds=form.opset),
        ",".join(form.flavours) or "-",
        _yes(holds=form.deformable),
        _yes(holds=form.in_runtime),
        form.runs_on,
    )


def _yes(*, holds: bool) -> str:
    return "yes" if holds else "-"
