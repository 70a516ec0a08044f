"""A run from its configuration to its folder of results."""

from __future__ import annotations

import math
from contextlib import ExitStack
from typing import TYPE_CHECKING

import torch

from featherface_edge.data.augment import Sampler
from featherface_edge.data.faces import training_photographs
from featherface_edge.data.fingerprint import fingerprint
from featherface_edge.errors import UsageError
from featherface_edge.models.registry import network
from featherface_edge.training.loop import BadBatchError, Setting, over, train
from featherface_edge.training.losses.objective import Objective
from featherface_edge.training.processes import Processes, joined
from featherface_edge.training.run.folder import RunFolder
from featherface_edge.training.run.monitor import Monitor
from featherface_edge.training.run.reporting import MainReporter, Silence, validation
from featherface_edge.training.run.summary import finish, teacher_named
from featherface_edge.training.start.begin import begin, teacher_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from featherface_edge.data.types import Photograph
    from featherface_edge.training.config.records import LoopConfig, TrainConfig
    from featherface_edge.training.state import RunState

    Show = Callable[[str], None]


def carry_out(config: TrainConfig, folder: Path, show: Show) -> RunFolder:
    """Train as the configuration says, or go on with the run of that folder; give the folder.

    Started by `torchrun`, every process calls this; the main one writes and shows.

    Raises: UsageError, DataError or CheckpointError when something does not fit together,
    TrainingError when the loss is no number.
    """
    if config.threads:
        torch.set_num_threads(config.threads)
    photographs = training_photographs(config.data)
    data = fingerprint(photographs)
    with joined() as processes, ExitStack() as stack:
        _check_batch(config.loop, processes)
        target = RunFolder(folder)
        if processes.main:
            target = stack.enter_context(RunFolder.open(folder, config, data, _counts(photographs)))
        setting, run = _prepared(config, processes, photographs, show if processes.main else _mute)
        processes.wait()
        if target.state.is_file():
            run.restore(target.state)
        if processes.main:
            _lead(setting, run, target, show)
        elif not over(setting, run):
            train(setting, run, Silence())
    return target


def _check_batch(loop: LoopConfig, processes: Processes) -> None:
    smallest = loop.batch // 4 if loop.large_every else loop.batch
    if smallest < processes.world or loop.batch % processes.world:
        raise UsageError(
            f"a batch of {loop.batch} crops cannot be shared by {processes.world} processes: "
            f"make loop.batch a multiple of {processes.world * (4 if loop.large_every else 1)}"
        )


def _prepared(
    config: TrainConfig, processes: Processes, photographs: Sequence[Photograph], show: Show
) -> tuple[Setting, RunState]:
    preprocessing = network(config.network).preprocessing
    sampler = Sampler(photographs, config.augment, seed=config.seed, pad=preprocessing.pad)
    teacher = teacher_of(config, processes.device)
    setting = Setting(
        config=config,
        processes=processes,
        sampler=sampler,
        objective=Objective(config, teacher, processes),
        preprocessing=preprocessing,
        epoch_steps=config.loop.steps or math.ceil(len(photographs) / config.loop.batch),
    )
    return setting, begin(config, teacher, sampler, processes.device, show)


def _lead(setting: Setting, run: RunState, folder: RunFolder, show: Show) -> None:
    """The main process's part: train, tell, keep."""
    config = setting.config
    if run.step:
        show(f"going on from step {run.step} of {setting.steps}")
    with Monitor(
        folder, config.log, start_step=run.step, total_steps=setting.steps, show=show
    ) as monitor:
        teacher = teacher_named(config)
        reporter = MainReporter(config, folder, monitor, validation(config), teacher)
        try:
            if not over(setting, run):
                train(setting, run, reporter)
        except BadBatchError as error:
            reporter.keep_batch(error.batch, error.at)
            monitor.event(run.step, str(error))
            raise
    finish(config, folder, teacher, run, setting.epoch_steps)


def _counts(photographs: Sequence[Photograph]) -> dict[str, int]:
    return {
        "photographs": len(photographs),
        "faces": sum(len(photograph.faces.boxes) for photograph in photographs),
    }


def _mute(_line: str) -> None:
    pass
