"""A pruning run from its configuration to a proven INT8 detector."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_edge.files import replacing, write_text
from featherface_edge.models import checkpoints
from featherface_edge.pruning.layers import layers_of
from featherface_edge.pruning.record import Budget, PruningRecord, Setup
from featherface_edge.pruning.report.card import model_card
from featherface_edge.pruning.report.page import report_html
from featherface_edge.pruning.run import removing, result
from featherface_edge.pruning.run.searching import searched
from featherface_edge.pruning.run.workplace import Workplace
from featherface_edge.training.run.environment import environment
from featherface_edge.training.run.summary import teacher_named

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from featherface_edge.models.checkpoints import Checkpoint
    from featherface_edge.pruning.config import PruneConfig
    from featherface_edge.pruning.run.searching import Found


def prune(config: PruneConfig, folder: Path, say: Callable[[str], None]) -> PruningRecord:
    """Carries out a run, or goes on with the one of that folder; gives its record.

    Stages: search of the rates, soft pruning, removal, fine-tuning, INT8 proof, report. Each is
    skipped where its file stands, and goes on in its middle where it was killed.

    Raises: UsageError, PruningError, DataError or CheckpointError when something does not fit.
    """
    work = Workplace(config, folder, say)
    start = config.train.start or checkpoints.shipped(config.train.network)
    before = checkpoints.load(start)
    if before.spec.built_as != config.train.network:
        raise UsageError(
            f"{start} is '{before.spec.built_as}', the run prunes '{config.train.network}': "
            "give weights of the same network"
        )
    work.open()
    with work.stage("search"):
        found = searched(before, work)
    _removed(work, (start, before), found)
    if not work.result.is_file():
        with work.stage("fine-tuning"):
            weights = removing.tuned(work)
            with replacing(work.result) as fresh:
                shutil.copyfile(weights, fresh)
    with work.stage("proof"):
        record = _record(work, start, before, found)
    write_text(folder / "report.html", report_html(record))
    after = checkpoints.load(work.result)
    write_text(folder / f"{config.name}.md", model_card(record, after.spec, work.result.name))
    return record


def _removed(work: Workplace, start: tuple[Path, Checkpoint], found: Found) -> None:
    if work.removal.is_file():
        return
    with work.stage("soft pruning"):
        weights = removing.softened(work, start[0], found.groups)
    with work.stage("removal"):
        removing.removed(work, start[1], weights, found.groups)


def _record(work: Workplace, start: Path, before: Checkpoint, found: Found) -> PruningRecord:
    slim, after = checkpoints.load(work.slim), checkpoints.load(work.result)
    standings = [
        result.standing(work, name, checkpoint)
        for name, checkpoint in (("before", before), ("slimmed", slim), ("fine-tuned", after))
    ]
    proof = work.config.proof
    return PruningRecord(
        setup=_setup(work, start, before),
        search=found.trials,
        contest=found.contest,
        rates=found.parts,
        layers=layers_of(before.model, after.model),
        standings=standings,
        removal=removing.removal(work),
        progress=result.progress(work),
        predictions=found.predictions,
        proofs=result.proven(work),
        examples=result.examples(work, before, after),
        seconds=work.seconds,
        sittings=(environment(),),
        looks=len(standings) if proof.val is not None else 0,
    )


def _setup(work: Workplace, start: Path, before: Checkpoint) -> Setup:
    config = work.config
    unit, most = next(iter(config.target.limits.items()))
    return Setup(
        network=config.name,
        architecture=config.train.network,
        start=start.name,
        start_sha256=before.spec.weights_sha256,
        criterion=config.search.criterion,
        method=config.search.method,
        budget=Budget(unit, most),
        width=config.target.width,
        height=config.target.height,
        data=", ".join(path.name for path in config.train.data.train),
        val=config.proof.val.name if config.proof.val is not None else "",
        engine=config.target.engine,
        board=environment().hardware,
        seed=config.train.seed,
        teacher=teacher_named(config.train),
        measured=f"letterboxed to {config.proof.side} x {config.proof.side}",
    )
