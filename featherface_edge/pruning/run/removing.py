"""The middle stages: channels silenced while the network trains, then taken out."""

from __future__ import annotations

import copy
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch

from featherface_edge.data.augment import Sampler
from featherface_edge.data.faces import training_photographs
from featherface_edge.detection import letterbox
from featherface_edge.errors import PruningError
from featherface_edge.files import write_text
from featherface_edge.images import read_image
from featherface_edge.models import checkpoints
from featherface_edge.pruning import plan as plans
from featherface_edge.pruning.groups import channel_groups
from featherface_edge.pruning.importance import importance
from featherface_edge.pruning.masks import silence
from featherface_edge.pruning.objective import Length, ShortTraining
from featherface_edge.pruning.proof import AGREEMENT, agreement
from featherface_edge.pruning.reconstruction import reconstruct
from featherface_edge.pruning.record import Removal
from featherface_edge.pruning.run.workplace import read_json
from featherface_edge.pruning.slim import slimmed
from featherface_edge.training.config.records import ScheduleConfig, SoftConfig
from featherface_edge.training.inputs import normalised
from featherface_edge.training.runner import carry_out
from featherface_edge.training.start.students import batches

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor, nn

    from featherface_edge.models.checkpoints import Checkpoint
    from featherface_edge.pruning.config import PhaseConfig
    from featherface_edge.pruning.plan import Plan
    from featherface_edge.pruning.run.workplace import Workplace
    from featherface_edge.training.config.records import TrainConfig

PICTURES, SIDE = 8, 320  # on which silenced and slim network are compared


def softened(work: Workplace, start: Path, rates: Mapping[str, float]) -> Path:
    """The weights after soft pruning; a run that was killed goes on."""
    config = work.config
    soft = SoftConfig(
        {name: rate for name, rate in rates.items() if rate > 0},
        config.search.criterion,
        config.search.multiple,
    )
    phase = _phase(work, config.soft, start)
    # The statistics of a filter of zeros would let its channel explode once it comes back.
    still = replace(phase, soft=soft, loop=replace(phase.loop, freeze_norm=True))
    carry_out(still, work.soft, work.say)
    return work.soft / "last.safetensors"


def removed(
    work: Workplace, start: Checkpoint, weights: Path, rates: Mapping[str, float]
) -> Removal:
    """Takes the channels out of the softly pruned network; gives the proof that it holds.

    What is kept is that network, or the one at the start with the same channels and solved
    kernels, whichever answers better on crops of the training data.

    Raises: PruningError when the slim network is not the silenced one.
    """
    checkpoint = checkpoints.load(weights)
    scores = importance(
        checkpoint.model, channel_groups(checkpoint.model), work.config.search.criterion
    )
    plan = plans.choose({name: scores[name] for name in rates}, rates, work.config.search.multiple)
    silenced = copy.deepcopy(checkpoint.model)
    silence(silenced, plan)
    slim = slimmed(checkpoint.model, plan)
    pictures = _pictures(work, checkpoint)
    difference = agreement(silenced, slim, pictures)
    found = Removal(difference, AGREEMENT, len(pictures), SIDE, SIDE)
    if not found.holds:
        raise PruningError(
            f"the slim network differs from the silenced one by {difference:.1e}, wanted "
            f"{AGREEMENT:.0e}: report this network"
        )
    plans.save(work.plan, plan)
    slim = _better(work, start, slim, plan)
    origin = {"method": "fe-prune", "pruned_from": checkpoint.spec.weights_sha256}
    checkpoints.save(work.slim, slim, work.config.name, origin, work.config.train.network)
    write_text(work.removal, json.dumps(asdict(found), indent=1) + "\n")
    return found


def _better(work: Workplace, start: Checkpoint, slim: nn.Module, plan: Plan) -> nn.Module:
    """The slim network itself, or the start's with kernels solved for its outputs."""
    work.say("solving the slim network's kernels")
    config = work.config
    sampler = Sampler(
        training_photographs(config.train.data),
        config.train.augment,
        seed=config.train.seed + 1,
        pad=start.spec.preprocessing.pad,
    )
    solved = slimmed(start.model, plan)
    inputs = batches(sampler, start.spec.preprocessing, config.search.solved)
    reconstruct(solved, start.model, plan, inputs)
    judge = ShortTraining(start, config.train, sampler, Length(0, config.search.judged))
    losses = {"softly pruned": judge.loss(slim), "solved": judge.loss(solved)}
    work.say(", ".join(f"{name} kernels: loss {loss:.4g}" for name, loss in losses.items()))
    return solved if losses["solved"] < losses["softly pruned"] else slim


def removal(work: Workplace) -> Removal:
    """The proof of the channels' removal, from its file."""
    return Removal(**cast("dict[str, Any]", read_json(work.removal)))


def tuned(work: Workplace) -> Path:
    """The weights after fine-tuning the slim network; a run that was killed goes on."""
    config = replace(_phase(work, work.config.tune, work.slim), name=work.config.name)
    folder = carry_out(config, work.tuned, work.say)
    return folder.best if folder.best.is_file() else folder.last


def _phase(work: Workplace, phase: PhaseConfig, start: Path) -> TrainConfig:
    train = work.config.train
    return replace(
        train,
        start=start,
        optimizer=replace(train.optimizer, rate=phase.rate),
        schedule=ScheduleConfig("cosine", warm_up=min(50, phase.steps // 4)),
        loop=replace(train.loop, epochs=phase.epochs, steps=phase.steps),
    )


def _pictures(work: Workplace, checkpoint: Checkpoint) -> list[Tensor]:
    spec = checkpoints.resized(checkpoint.spec, SIDE, SIDE)
    photographs = training_photographs(work.config.train.data)
    step = max(1, len(photographs) // PICTURES)
    canvases = [
        letterbox(read_image(photograph.file), spec.preprocessing)[0]
        for photograph in photographs[::step][:PICTURES]
    ]
    return [
        normalised(torch.from_numpy(np.ascontiguousarray(canvas))[None], spec.preprocessing)
        for canvas in canvases
    ]
