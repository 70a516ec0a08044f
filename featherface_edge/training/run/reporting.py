"""What a run tells and keeps: figures, states, evaluations, the best weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import torch

from featherface_edge.data.formats import read_dataset
from featherface_edge.evaluation.checkpoint import CheckpointDetector
from featherface_edge.evaluation.run import PROTOCOL, evaluate, truths_of
from featherface_edge.models.checkpoints import Checkpoint, described, save
from featherface_edge.models.registry import build
from featherface_edge.models.widths import fitted
from featherface_edge.training.gradients import anomaly
from featherface_edge.training.run.saving import saving
from featherface_edge.training.run.summary import facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from torch import nn

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.evaluation.truths import Truth
    from featherface_edge.training.config.records import TrainConfig
    from featherface_edge.training.loader import Batch
    from featherface_edge.training.run.folder import RunFolder
    from featherface_edge.training.run.monitor import Monitor
    from featherface_edge.training.state import RunState


class Reporter(Protocol):
    """Who hears of a run's progress."""

    def step(self, run: RunState, values: Mapping[str, float]) -> None:
        """Take the figures of the step that just ended."""
        ...

    def epoch(self, run: RunState, epoch: int) -> bool:
        """Take the end of an epoch; give whether the run should end."""
        ...

    def save(self, run: RunState) -> None:
        """Keep the run's state."""
        ...


class Silence:
    """The reporter of all processes but the main one."""

    def step(self, run: RunState, values: Mapping[str, float]) -> None:
        """Hear nothing."""

    def epoch(self, run: RunState, epoch: int) -> bool:  # noqa: ARG002 - the main process decides
        """Give False: the main process decides."""
        return False

    def save(self, run: RunState) -> None:
        """Keep nothing."""


@dataclass(frozen=True, slots=True)
class Validation:
    """The set that decides which weights are best."""

    images: Sequence[LabelledImage]
    truths: Mapping[str, Sequence[Truth]]


def validation(config: TrainConfig) -> Validation | None:
    """The pictures and faces of data.val, or None without one."""
    if config.data.val is None:
        return None
    images = read_dataset(config.data.val)
    return Validation(images, truths_of(images, config.data.ground_truth))


class MainReporter:
    """Writes the run folder: figures, states, best and last weights."""

    def __init__(
        self,
        config: TrainConfig,
        folder: RunFolder,
        monitor: Monitor,
        validation: Validation | None,
        teacher: str,
    ) -> None:
        self._config, self._folder, self._monitor = config, folder, monitor
        self._validation, self._teacher = validation, teacher
        self._data = folder.data.fingerprint

    def step(self, run: RunState, values: Mapping[str, float]) -> None:
        """Show the step's figures, and what is odd about its gradient."""
        self._monitor.step(run.step, values)
        warning = anomaly(values["gradient"], self._config.optimizer.clip)
        if warning:
            self._monitor.warning(run.step, warning)

    def epoch(self, run: RunState, epoch: int) -> bool:
        """Evaluate when it is time, keep the weights, decide about early stopping."""
        loop = self._config.loop
        model = deployed(self._config, run.average.network)
        done = False
        if self._validation is not None and (epoch % loop.eval_every == 0 or epoch == loop.epochs):
            done = self._evaluated(run, epoch, model, self._validation)
        self._keep(self._folder.last, model, run)
        self.save(run)
        return done

    def save(self, run: RunState) -> None:
        """Keep the run's state."""
        run.save(self._folder.state)

    def keep_batch(self, batch: Batch, step: int) -> None:
        """Keep the batch that broke the run, for a look at it."""
        content = {
            "step": step,
            "crops": batch.crops,
            "canvases": batch.canvases,
            "boxes": [torch.from_numpy(item.boxes) for item in batch.faces],
            "landmarks": [torch.from_numpy(item.landmarks) for item in batch.faces],
        }
        with saving(self._folder.bad_batch) as fresh:
            torch.save(content, fresh)

    def _evaluated(
        self, run: RunState, epoch: int, model: nn.Module, validation: Validation
    ) -> bool:
        precision = precision_of(self._config, model, validation)
        self._monitor.evaluation(run.step, epoch, precision)
        value = sum(precision.values()) / len(precision)
        if run.stopping.see(epoch, value, self._config.stop):
            self._keep(self._folder.best, model, run)
        enough = run.stopping.enough(epoch, self._config.stop)
        if enough:
            self._monitor.event(
                run.step, f"stopped early after epoch {epoch}: best was epoch {run.stopping.epoch}"
            )
        return enough

    def _keep(self, path: Path, model: nn.Module, run: RunState) -> None:
        known = facts(self._config, self._data, self._teacher, run)
        with saving(path) as fresh:
            save(fresh, model, *named(self._config, known))


def deployed(config: TrainConfig, average: nn.Module) -> nn.Module:
    """The averaged weights in the network as the registry builds it, on the CPU, to be used."""
    weights = {key: value.cpu() for key, value in average.state_dict().items()}
    model = fitted(build(config.network), weights)
    model.load_state_dict(weights)
    return model.eval()


def named(config: TrainConfig, training: Mapping[str, str]) -> tuple[str, Mapping[str, str], str]:
    """What `checkpoints.save` is told of the run's network: name, origin, architecture."""
    if config.name:
        return config.name, training, config.network
    return config.network, training, ""


def precision_of(config: TrainConfig, model: nn.Module, validation: Validation) -> dict[str, float]:
    """Average precision by subset of data.val, at the side loop.eval_side."""
    side = config.loop.eval_side
    detector = CheckpointDetector(
        Checkpoint(model, described(model, *named(config, {}))), (side, side), PROTOCOL
    )
    return evaluate(detector, validation.images, validation.truths, _quiet).precision


def _quiet(_done: int, _total: int) -> None:
    pass
