"""A comparison as one page that needs nothing else: tables, figures, and the worst mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.errors import ImageError
from featherface_edge.evaluation import figures
from featherface_edge.evaluation.crops import Scene, cut_out
from featherface_edge.evaluation.mistakes import SURE, worst_alarms, worst_misses
from featherface_edge.evaluation.names import shown
from featherface_edge.evaluation.pages import filled, inline, jpeg_address
from featherface_edge.evaluation.table import (
    NOISE_NOTE,
    difference_text,
    figure_text,
    set_line,
    time_lines,
    unread_lines,
)
from featherface_edge.images import read_image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.evaluation.comparison import Comparison, Measured
    from featherface_edge.evaluation.mistakes import Mistake

MISTAKES = 12  # of a kind, for each model
LIKELY = 0.3  # other predictions are drawn from this score on

_TEMPLATE = "report.html"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A cut-out as the text of a data address, the picture's name and what is wrong there."""

    source: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """The worst mistakes of one model."""

    model: str
    misses: Sequence[Exhibit]
    alarms: Sequence[Exhibit]


def page(comparison: Comparison, images: Sequence[LabelledImage]) -> str:
    """The comparison as HTML; images: the pictures that were evaluated, in order."""
    return filled(
        "featherface_edge.evaluation",
        _TEMPLATE,
        comparison=comparison,
        conditions={name: shown(text) for name, text in comparison.conditions.items()},
        rows=_rows(comparison),
        differences=[(item, difference_text(item)) for item in comparison.differences()],
        notes=[set_line(comparison), *unread_lines(comparison), *time_lines(comparison)],
        noise_note=NOISE_NOTE,
        figures=_figures(comparison),
        galleries=[_gallery(model, comparison, images) for model in comparison.models],
        likely=LIKELY,
        sure=SURE,
    )


def _rows(comparison: Comparison) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Each model's name and figures, with whether one is the best of its subset."""
    best = {
        subset: max(model.result.precision[subset] for model in comparison.models)
        for subset in comparison.subsets
    }
    return [
        (
            model.name,
            [
                (figure_text(model, subset), model.result.precision[subset] == best[subset])
                for subset in comparison.subsets
            ],
        )
        for model in comparison.models
    ]


def _figures(comparison: Comparison) -> dict[str, Markup]:
    drawn = {"curves": figures.curves, "sizes": figures.sizes, "scores": figures.scores}
    return {name: inline(draw(comparison)) for name, draw in drawn.items()}


def _gallery(model: Measured, comparison: Comparison, images: Sequence[LabelledImage]) -> Gallery:
    result = model.result
    scored = result.scored[comparison.subsets[-1]]
    misses = worst_misses(scored, MISTAKES, result.unread)
    return Gallery(
        model.name,
        _exhibits(misses, model, comparison, images),
        _exhibits(worst_alarms(scored, MISTAKES), model, comparison, images),
    )


def _exhibits(
    mistakes: Sequence[Mistake],
    model: Measured,
    comparison: Comparison,
    images: Sequence[LabelledImage],
) -> list[Exhibit]:
    scored = model.result.scored[comparison.subsets[-1]]
    exhibits: list[Exhibit] = []
    for mistake in mistakes:
        found = model.result.found[mistake.picture]
        faces = scored.matches.faces[scored.matches.owner == mistake.picture]
        image = images[mistake.picture]
        try:
            frame = read_image(image.file)
        except ImageError:  # it went away since it was evaluated
            continue
        scene = Scene(frame, faces, found.boxes[found.scores >= LIKELY])
        source = jpeg_address(cut_out(scene, mistake.box))
        exhibits.append(Exhibit(source, shown(image.name), mistake.reason))
    return exhibits
