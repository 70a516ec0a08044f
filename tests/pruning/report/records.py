"""A whole pruning run, made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from featherface_edge.detection import Detections
from featherface_edge.pruning.record import (
    Budget,
    Example,
    Layer,
    Prediction,
    Progress,
    ProofRow,
    PruningRecord,
    Removal,
    Setup,
    Standing,
)
from featherface_edge.pruning.trials import Contest, Method, Objective, Search, Trial
from featherface_edge.training.run.environment import Environment

GROUPS = ("entry", "stage1", "stage2", "stage3", "neck", "context 8", "context 16", "context 32")
SUBSETS = ("easy", "medium", "hard")
TRIALS = 24
CHOSEN = 16

SETUP = Setup(
    network="edge-nano",
    architecture="edge",
    start="edge.safetensors",
    start_sha256="ab" * 32,
    criterion="geometric-median",
    method="Gaussian process",
    budget=Budget("parameters", 150_000),
    width=320,
    height=320,
    data="train.jsonl, 3,525 photographs",
    val="val.jsonl",
    teacher="v1.safetensors",
    measured="140 pictures, letterboxed to 640 x 640",
    engine="litert",
    board="Some CPU, 1 thread",
    seed=3,
)
HERE = Environment(
    started="2026-01-02T03:04:05+00:00",
    python="3.11.2",
    packages={"torch": "2.13.0"},
    platform="Linux",
    cpu="Some CPU",
    cores=2,
    gpus=(),
    commit="c0ffee",
    command="fe-prune --network edge --target-params 150000",
)


def rates(number: int) -> dict[str, float]:
    """Rates of a trial, between 0.1 and 0.8."""
    return {
        group: round(0.45 + 0.35 * float(np.sin(1.7 * number + 2.3 * place)), 3)
        for place, group in enumerate(GROUPS)
    }


def score(number: int) -> float:
    """Average precision of a trial: it rises, but not every time; best at CHOSEN."""
    return round(0.5 + 0.004 * number - 0.03 * (number % 4) - 0.1 * (number > CHOSEN), 4)


def search(objectives: int = 1) -> Search:
    """Trials of which CHOSEN has the best first score."""
    trials = tuple(
        Trial(
            number=number,
            rates=rates(number),
            cost=150_000 - 700 * (number % 5),
            scores=(score(number), 1.0 + 0.05 * (number % 7))[:objectives],
            finished=300.0 * (number + 1),
            worker=f"worker {number % 2}",
        )
        for number in range(TRIALS)
    )
    found = (Objective("AP hard"), Objective("ms", "lower"))[:objectives]
    return Search(found, trials, CHOSEN, (CHOSEN, 7, 14) if objectives > 1 else (CHOSEN,))


def contest() -> Contest:
    """The search, which wins, and two others."""
    own = tuple(score(number) for number in range(TRIALS))
    return Contest(
        Objective("AP hard"),
        (
            Method("Gaussian process", (own, tuple(each - 0.01 for each in own))),
            Method("random search", (tuple(each - 0.04 for each in own), own[::-1][4:])),
            Method("uniform rates", ((0.47,) * TRIALS, (0.46,) * TRIALS), {"hard": 0.51}),
        ),
    )


def layers() -> tuple[Layer, ...]:
    """A hundred convolutions; every tenth one keeps its channels."""
    return tuple(
        Layer(
            f"backbone.stage{place // 20 + 1}.{place % 20}.0",
            before=16 * (1 + place // 20),
            after=16 * (1 + place // 20) if place % 10 == 0 else 8 * (1 + place // 20),
            group="" if place % 10 == 0 else f"backbone.stage{place // 20 + 1}.0.0",
        )
        for place in range(100)
    )


def progress() -> tuple[Progress, ...]:
    """A soft pruning and a fine-tuning, measured at times."""
    return tuple(
        Progress(
            phase="soft pruning" if step < 3000 else "fine-tuning",
            step=step,
            sparsity=min(1.0, step / 2400) * 0.55,
            loss=2.0 - 0.0002 * step + 0.1 * (step % 3),
            precision={"easy": 0.8 + step / 50_000} if step % 500 == 0 else {},
        )
        for step in range(0, 5001, 100)
    )


def faces(count: int) -> Detections:
    """So many faces, 30 pixels wide, the last with a low score."""
    left = 40.0 * np.arange(count, dtype=np.float32)
    boxes = np.stack((left + 5, left * 0 + 10, left + 35, left * 0 + 50), axis=1)
    middle = (boxes[:, None, :2] + boxes[:, None, 2:]) / 2
    scores = np.array([0.9] * (count - 1) + [0.2], np.float32)
    offsets = np.array([[-7, -6], [7, -6], [0, 2], [-5, 9], [5, 9]], np.float32)
    return Detections(boxes, scores, (middle + offsets).astype(np.float32))


def example(name: str = "crowd.jpg") -> Example:
    """A grey photograph with four faces before and three after, the last of each unsure."""
    frame = np.full((90, 200, 3), 128, np.uint8)
    return Example(name, frame, faces(4), faces(3), faces(2).boxes)


def proof(target: str) -> ProofRow:
    """An artifact that passed, timed in one interpreter only."""
    return ProofRow(
        target=target,
        passed=True,
        precision=0.98,
        recall=0.97,
        mean_iou=0.96,
        landmark_error=0.01,
        bytes=180_224,
        exact=0.741,
        found=0.738,
        tuned=0.74,
        milliseconds=0.2 if target == "tflite-int8" else None,
    )


def record() -> PruningRecord:
    """A run with every part."""
    return PruningRecord(
        setup=SETUP,
        search=search(),
        contest=contest(),
        rates=rates(CHOSEN),
        layers=layers(),
        standings=(
            Standing(
                "before", 493_000, 296_000_000, {"litert": 0.52}, {"easy": 0.957, "hard": 0.76}
            ),
            Standing("slim", 149_300, 96_000_000, {"litert": 0.2}),
            Standing("fine-tuned", 149_300, 96_000_000, {"litert": 0.2}, {"easy": 0.95}),
        ),
        removal=Removal(3.1e-7, 1e-5, pictures=4, width=320, height=320),
        progress=progress(),
        predictions=tuple(
            Prediction(measured * (1 + 0.02 * place), measured)
            for place, measured in enumerate((0.2, 0.3, 0.41, 0.5))
        ),
        proofs=(
            proof("tflite-int8"),
            replace(proof("onnx-int8"), passed=False, exact=None, found=None, tuned=None),
        ),
        examples=(example(),),
        seconds={"search": 7200, "soft pruning": 3600, "fine-tuning": 1800},
        sittings=(HERE, HERE),
        looks=31,
        notes=("The budget was met exactly.",),
    )
