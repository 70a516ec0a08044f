"""The training loop."""

from __future__ import annotations

import math
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

from featherface_edge.errors import TrainingError
from featherface_edge.training.inputs import normalised
from featherface_edge.training.loader import Batch, batches
from featherface_edge.training.losses.objective import Objective, Said
from featherface_edge.training.optimizers import set_rate
from featherface_edge.training.softening import soften_network
from featherface_edge.training.start.annealing import set_progress

if TYPE_CHECKING:
    from featherface_edge.data.augment import Sampler
    from featherface_edge.spec import Preprocessing
    from featherface_edge.training.config.records import LoopConfig, TrainConfig
    from featherface_edge.training.processes import Processes
    from featherface_edge.training.run.reporting import Reporter
    from featherface_edge.training.state import RunState

AUTOCAST = {"bfloat16": torch.bfloat16, "float16": torch.float16}
SEED_STRIDE = 1_000_003  # a prime: seeds of different runs and steps do not meet


@dataclass(frozen=True, slots=True)
class Setting:
    """What stays the same during a run."""

    config: TrainConfig
    processes: Processes
    sampler: Sampler
    objective: Objective
    preprocessing: Preprocessing
    epoch_steps: int

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.config.loop.epochs * self.epoch_steps


def over(setting: Setting, run: RunState) -> bool:
    """Whether the run has nothing left to do: all steps are done, or it was stopped early."""
    epoch, rest = divmod(run.step, setting.epoch_steps)
    stopped = not rest and run.stopping.enough(epoch, setting.config.stop)
    return run.step >= setting.steps or stopped


def train(setting: Setting, run: RunState, reporter: Reporter) -> None:
    """Bring the run to its end, step by step.

    Raises: TrainingError when the loss is no number.
    """
    loop, processes = setting.config.loop, setting.processes
    model = processes.shared(run.pupil)
    _learning_mode(run.pupil, loop)
    rest = range(run.step, setting.steps)
    began = time.monotonic() - run.seconds
    for batch in batches(setting.sampler, loop, rest, processes.rank, processes.world):
        values = _step(setting, run, model, batch)
        run.step += 1
        run.seconds = time.monotonic() - began
        reporter.step(run, values)
        if run.step % setting.epoch_steps == 0:
            if setting.config.soft is not None:
                soften_network(run.pupil.network, setting.config.soft, run.step / setting.steps)
            done = processes.agreed(wish=reporter.epoch(run, run.step // setting.epoch_steps))
            if done:
                return
        elif run.step % loop.save_every == 0:
            reporter.save(run)


def _learning_mode(pupil: nn.Module, loop: LoopConfig) -> None:
    pupil.train()
    if loop.freeze_norm:
        for module in pupil.modules():
            if isinstance(module, (nn.BatchNorm2d, nn.SyncBatchNorm)):
                module.eval()


def _step(setting: Setting, run: RunState, model: nn.Module, batch: Batch) -> dict[str, float]:
    config, progress = setting.config, run.step / setting.steps
    torch.manual_seed(config.seed * SEED_STRIDE + run.step)
    rate = set_rate(run.optimizer, config.optimizer, config.schedule, run.step, setting.steps)
    if config.distill is not None and config.distill.anneal:
        set_progress(run.pupil, progress / config.distill.anneal)
    loss, parts = _loss(setting, model, batch, progress)
    run.optimizer.zero_grad()
    torch.autograd.backward(run.scaler.scale(loss))
    run.scaler.unscale_(run.optimizer)
    norm = run.watch.take(run.pupil.parameters(), config.optimizer.clip)
    _check(setting, run, batch, loss.item(), norm)
    run.scaler.step(run.optimizer)
    run.scaler.update()
    run.average.follow(run.pupil.network, run.step)
    values = {name: float(value) for name, value in parts.items()}
    return {"loss": loss.item(), **values, "gradient": norm, "rate": rate}


def _loss(
    setting: Setting, model: nn.Module, batch: Batch, progress: float
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    precision = setting.config.loop.precision
    canvases = batch.canvases.to(setting.processes.device, non_blocking=True)
    with ExitStack() as stack:
        if precision != "float32":
            stack.enter_context(torch.autocast(canvases.device.type, AUTOCAST[precision]))
        said = Said(*model(normalised(canvases, setting.preprocessing)))
    return setting.objective.loss(said, batch, canvases, progress)


def _check(setting: Setting, run: RunState, batch: Batch, loss: float, norm: float) -> None:
    """Stop at a loss that is no number; the batch that gave it is kept beside the run."""
    overflow = run.scaler.is_enabled() and math.isfinite(loss)  # half precision skips such a step
    if (math.isfinite(norm) and math.isfinite(loss)) or overflow:
        return
    raise BadBatchError(batch, run.step, loss, norm, setting.config.optimizer.rate)


class BadBatchError(TrainingError):
    """The loss or the gradient of a batch is no number."""

    def __init__(self, batch: Batch, step: int, loss: float, norm: float, rate: float) -> None:
        self.batch, self.at = batch, step
        super().__init__(
            f"step {step}: loss {loss:.4g}, gradient norm {norm:.4g}: the run cannot go on; "
            f"look at the saved batch, or try a lower rate than {rate:g}, optimizer.clip=1 or "
            "loop.precision=float32"
        )
