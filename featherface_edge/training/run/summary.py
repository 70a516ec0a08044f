"""What a run leaves behind: facts in its weights, curves, the model card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.files import write_text
from featherface_edge.models import checkpoints
from featherface_edge.models.registry import parameter_count
from featherface_edge.training.run.card import RunSummary, model_card
from featherface_edge.training.run.curves import draw_curves
from featherface_edge.training.run.metrics import evaluations, read_metrics
from featherface_edge.training.run.saving import writing

if TYPE_CHECKING:
    from featherface_edge.training.config.records import TrainConfig
    from featherface_edge.training.run.folder import RunFolder
    from featherface_edge.training.state import RunState


def facts(config: TrainConfig, data: str, teacher: str, run: RunState) -> dict[str, str]:
    """How the run's present weights came about, for their manifest.

    data: the photographs' fingerprint. teacher: as `teacher_named` gives it.
    """
    known = {
        "method": "fe-train distill" if config.distill else "fe-train fit",
        "data": data,
        "steps": str(run.step),
        "batch": str(config.loop.batch),
        "seconds": f"{run.seconds:.0f}",
        "seed": str(config.seed),
    }
    return {**known, "teacher": teacher} if teacher else known


def finish(
    config: TrainConfig, folder: RunFolder, teacher: str, run: RunState, epoch_steps: int
) -> None:
    """Draw the curves and write the model card, of the best weights where AP was measured."""
    file = folder.best if folder.best.is_file() else folder.last
    checkpoint = checkpoints.load(file)
    with writing(folder.path):
        draw_curves(folder.metrics, folder.curves)
        card = model_card(
            RunSummary(
                config=config,
                spec=checkpoint.spec,
                file=file.name,
                parameters=parameter_count(checkpoint.model),
                data=folder.data,
                teacher=teacher,
                steps=run.step,
                epochs=run.step // epoch_steps,
                seconds=run.seconds,
                sittings=folder.environments.sittings,
                evaluations=evaluations(read_metrics(folder.metrics)),
            )
        )
        write_text(folder.card, card)


def teacher_named(config: TrainConfig) -> str:
    """The network of the run's teacher and its weights' SHA-256, read from its file; "" without."""
    if config.distill is None:
        return ""
    spec = checkpoints.load(config.distill.teacher).spec
    return f"{spec.network} {spec.weights_sha256}"
