"""The last stages: what became of the network, and the pages that show it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol, cast

from featherface_edge.data.faces import training_photographs
from featherface_edge.data.formats import read_dataset
from featherface_edge.evaluation.checkpoint import CheckpointDetector
from featherface_edge.evaluation.run import PROTOCOL, evaluate, truths_of
from featherface_edge.files import write_text
from featherface_edge.images import read_image
from featherface_edge.models import checkpoints
from featherface_edge.optional import load
from featherface_edge.pruning.anatomy import census
from featherface_edge.pruning.latency import open_stopwatch
from featherface_edge.pruning.masks import sparsity_at
from featherface_edge.pruning.record import Example, Progress, ProofRow, Standing
from featherface_edge.pruning.run.searching import THREADS
from featherface_edge.pruning.run.workplace import read_json
from featherface_edge.training.config.records import UNTIL
from featherface_edge.training.run.metrics import Figures, read_metrics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from featherface_edge.models.checkpoints import Checkpoint
    from featherface_edge.pruning.record import Phase
    from featherface_edge.pruning.run.workplace import Workplace

PROVER = "featherface_converters.pruned"  # offers proof_rows
EXAMPLES = 3
FACES = range(3, 13)  # in a photograph that shows something


class _Prover(Protocol):
    def proof_rows(
        self, checkpoint: Path, targets: Sequence[str], out: Path, labels: Path | None, say: object
    ) -> list[ProofRow]: ...


def proven(work: Workplace) -> list[ProofRow]:
    """The proofs of the INT8 artifacts, from the file of an earlier sitting or made now."""
    if not work.proofs.is_file():
        prover = cast("_Prover", load(PROVER, "the proof of the INT8 artifacts", "convert"))
        proof = work.config.proof
        rows = prover.proof_rows(work.result, proof.targets, work.artifacts, proof.val, work.say)
        write_text(work.proofs, json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    known = cast("list[dict[str, Any]]", read_json(work.proofs))
    return [ProofRow(**row) for row in known]


def standing(work: Workplace, name: str, checkpoint: Checkpoint) -> Standing:
    """What a network costs and reaches, from the file of an earlier sitting or measured now."""
    file = work.folder / f"standing-{name.replace(' ', '-')}.json"
    if not file.is_file():
        measured = _measured(work, name, checkpoint)
        write_text(file, json.dumps(asdict(measured), indent=1) + "\n")
    return Standing(**cast("dict[str, Any]", read_json(file)))


def _measured(work: Workplace, name: str, checkpoint: Checkpoint) -> Standing:
    target, proof = work.config.target, work.config.proof
    counted = census(checkpoint.model, target.width, target.height)
    spec = checkpoints.resized(checkpoint.spec, target.width, target.height)
    work.say(f"timing the network {name}")
    stopwatch = open_stopwatch(target.engine, THREADS, work.journal.parent)
    taken: dict[str, float] = {target.engine: stopwatch.milliseconds(checkpoint.model, spec)}
    precision: dict[str, float] = {}
    if proof.val is not None:
        images = read_dataset(proof.val)
        truths = truths_of(images, proof.ground_truth)
        detector = CheckpointDetector(checkpoint, (proof.side, proof.side), PROTOCOL)
        precision = dict(evaluate(detector, images, truths, _quiet).precision)
    return Standing(name, counted.parameters, counted.macs, taken, precision)


def progress(work: Workplace) -> list[Progress]:
    """The losses of both trainings, with the share of channels silenced at each step."""
    config = work.config
    steps = config.soft.epochs * config.soft.steps
    found = list(_losses("soft pruning", work.soft, 0, steps))
    return [*found, *_losses("fine-tuning", work.tuned, steps, 0)]


def _losses(phase: Phase, folder: Path, first: int, rising: int) -> Iterator[Progress]:
    """rising: steps in which the sparsity rises, 0 where it stays at 1."""
    for entry in read_metrics(folder / "metrics.jsonl"):
        if isinstance(entry, Figures) and "loss" in entry.values:
            share = min(entry.step / rising / UNTIL, 1.0) if rising else 1.0
            silent = sparsity_at(share, 0.0, 1.0)
            yield Progress(phase, first + entry.step, silent, entry.values["loss"])


def examples(work: Workplace, before: Checkpoint, after: Checkpoint) -> list[Example]:
    """Some photographs of the training data with the faces that both networks find."""
    side = work.config.proof.side
    detectors = [CheckpointDetector(each, (side, side)) for each in (before, after)]
    shown = [
        photograph
        for photograph in training_photographs(work.config.train.data)
        if len(photograph.faces.boxes) in FACES
    ]
    step = max(1, len(shown) // EXAMPLES)
    found: list[Example] = []
    for photograph in shown[::step][:EXAMPLES]:
        frame = read_image(photograph.file)
        old, new = (detector.detect(frame) for detector in detectors)
        found.append(Example(photograph.file.name, frame, old, new, photograph.faces.boxes))
    return found


def _quiet(_done: int, _total: int) -> None:
    pass
