"""The model card of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.progress import spoken
from featherface_edge.training.config.reader import to_toml
from featherface_edge.training.run.card_parts import (
    HASH_DIGITS,
    LICENCE,
    NOT_MEASURED,
    environment_rows,
    overview,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.spec import ModelSpec
    from featherface_edge.training.config.records import TrainConfig
    from featherface_edge.training.run.environment import Environment
    from featherface_edge.training.run.folder import RunData
    from featherface_edge.training.run.metrics import Evaluation


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a model card tells.

    spec: of the weights that the card is about, file: their name. teacher: in words, empty without
    one. epochs, steps: done. seconds: of the training, over all sittings. sittings: the environment
    of each. evaluations: on data.val, in order; the one with the best mean of its subsets counts as
    the best.
    """

    config: TrainConfig
    spec: ModelSpec
    file: str
    parameters: int
    data: RunData
    teacher: str
    steps: int
    epochs: int
    seconds: float
    sittings: Sequence[Environment]
    evaluations: Sequence[Evaluation]


def model_card(run: RunSummary) -> str:
    """The card in Markdown."""
    shown = overview(run.spec, run.file, run.parameters)
    parts = (shown, _training(run), _recipe(run.config), _measured(run), _limits(run))
    return "\n".join((*parts, LICENCE))


def _training(run: RunSummary) -> str:
    config = run.config
    crops = f"{config.loop.batch} crops of {config.loop.side} pixels"
    rows = (
        ("Data", _data(run)),
        ("Teacher", run.teacher or "none"),
        ("Start", _start(config)),
        ("Steps", f"{run.steps:,} of {crops}, {run.epochs:,} epochs"),
        ("Time", spoken(run.seconds)),
        *environment_rows(run.sittings),
        ("Seed", str(config.seed)),
    )
    return "## Training\n\n" + table(("", ""), rows)


def _data(run: RunSummary) -> str:
    sets = ", ".join(f"`{file.name}`" for file in run.config.data.train)
    counts = "".join(f", {count:,} {name}" for name, count in run.data.counts.items())
    return f"{sets}{counts}, fingerprint `{run.data.fingerprint[:HASH_DIGITS]}`"


def _start(config: TrainConfig) -> str:
    if config.warm_start:
        return "the teacher's own weights, fitted"
    if config.start is not None:
        return f"the weights `{config.start.name}`"
    backbone = "" if config.backbone is None else f", backbone from `{config.backbone.name}`"
    return f"fresh weights{backbone}"


def _recipe(config: TrainConfig) -> str:
    return (
        "<details><summary>The whole recipe (training file)</summary>\n\n"
        f"```toml\n{to_toml(config)}```\n\n</details>\n"
    )


def _measured(run: RunSummary) -> str:
    heading = "## Measured\n\n"
    if not run.evaluations:
        return f"{heading}Average precision: {NOT_MEASURED}. `fe-eval` measures it.\n"
    best, last = max(run.evaluations, key=lambda found: found.mean), run.evaluations[-1]
    subsets = list(best.precision)
    rows = [
        (name, f"{found.epoch:,}", f"{found.step:,}", *_percent(found, subsets))
        for name, found in (("best", best), ("last", last))
    ]
    source = "" if run.config.data.val is None else f" on `{run.config.data.val.name}`"
    side = run.config.loop.eval_side
    return (
        f"{heading}Average precision, %{source}, longer side scaled to {side} pixels:\n\n"
        + table(("", "Epoch", "Step", *subsets), rows)
        + "\nThe best was chosen on these pictures: a small part of its figures is selection.\n"
    )


def _percent(found: Evaluation, subsets: Sequence[str]) -> list[str]:
    return [
        f"{100 * found.precision[name]:.1f}" if name in found.precision else NOT_MEASURED
        for name in subsets
    ]


def _limits(run: RunSummary) -> str:
    smallest = min(size for level in run.spec.levels for size in level.sizes)
    side = run.config.loop.eval_side
    sizes = f"at other sizes than {side} pixels" if run.evaluations else "at any size"
    return f"""## Limits

- Average precision {sizes}: {NOT_MEASURED}. `fe-eval` measures it.
- After conversion, and in INT8: {NOT_MEASURED}. `fe-convert` proves each file that it writes.
- Speed and memory on boards: {NOT_MEASURED}.
- Other cameras, light, ages and skin tones than those of the photographs: {NOT_MEASURED}. Measure
  on your own pictures.
- Faces much smaller than the smallest anchor, {smallest} pixels of the input, are out of reach.
- It detects faces; it does not tell people apart.
"""
