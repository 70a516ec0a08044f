"""Where figures go besides the run folder's own file: TensorBoard, Weights & Biases."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any, Protocol

from featherface_edge.errors import UsageError
from featherface_edge.optional import load
from featherface_edge.training.config.tables import to_table
from featherface_edge.training.run.saving import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from featherface_edge.training.run.folder import RunFolder


class Sink(Protocol):
    """Who keeps figures and texts of a run, step by step."""

    def figures(self, step: int, values: Mapping[str, float]) -> None:
        """Keep the values of this step."""
        ...

    def text(self, step: int, text: str) -> None:
        """Keep what happened at this step."""
        ...

    def close(self, *, failed: bool) -> None:
        """Bring everything to its place; failed: the run ended with an error."""
        ...


class TensorBoard:
    """Writes event files into the run folder; those after `start_step` are hidden from then on."""

    def __init__(self, folder: RunFolder, start_step: int) -> None:
        """Raises: CheckpointError when the disk is full."""
        self._folder = folder.tensorboard
        board = load("torch.utils.tensorboard", "TensorBoard", extra="train")
        with writing(self._folder):
            if start_step == 0 and self._folder.exists():
                shutil.rmtree(self._folder)
            self._writer = board.SummaryWriter(
                str(self._folder), purge_step=start_step + 1 if start_step else None
            )

    def figures(self, step: int, values: Mapping[str, float]) -> None:
        """Draw the values as curves."""
        with writing(self._folder):
            for name, value in values.items():
                self._writer.add_scalar(name, value, step)

    def text(self, step: int, text: str) -> None:
        """Show the text under "events"."""
        with writing(self._folder):
            self._writer.add_text("events", text, step)
            self._writer.flush()

    def close(self, *, failed: bool) -> None:  # noqa: ARG002 - event files do not tell
        """Write what is left."""
        with writing(self._folder):
            self._writer.close()


class WeightsAndBiases:
    """Reports to Weights & Biases, whose own variables (WANDB_MODE, WANDB_ENTITY, ...) count.

    Sent: the configuration, figures and events; not the code, the git state or their error reports.
    """

    def __init__(self, folder: RunFolder, start_step: int, show: Callable[[str], None]) -> None:
        """Raises: MissingDependencyError; UsageError when it refuses the run."""
        os.environ.setdefault("WANDB_ERROR_REPORTING", "false")
        wandb = load("wandb", "log.wandb", extra="wandb")
        config = folder.config
        try:
            self._run: Any = wandb.init(
                project=config.log.project,
                name=folder.path.name,
                id=folder.environments.run,
                resume="allow" if start_step else None,
                dir=str(folder.path),
                config=to_table(config),
                settings=wandb.Settings(silent=True, save_code=False, disable_git=True),
            )
        except wandb.errors.Error as error:
            raise UsageError(
                f"Weights & Biases refused the run ({error}): "
                "run 'wandb login', set WANDB_MODE=offline, or give log.wandb=false"
            ) from error
        self._run.define_metric("*", step_metric="step")
        if not self._run.offline:
            show(f"Weights & Biases: {self._run.url}")

    def figures(self, step: int, values: Mapping[str, float]) -> None:
        """Draw the values as curves over the step."""
        self._run.log({"step": step, **values})

    def text(self, step: int, text: str) -> None:
        """Keep the text as the value "event" of this step."""
        self._run.log({"step": step, "event": text})

    def close(self, *, failed: bool) -> None:
        """Send what is left."""
        self._run.finish(exit_code=int(failed))
