"""What a proof tells beyond its verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_converters.proof.blocks import BlockNoise, block_noise
from featherface_converters.proof.histogram import Histogram, histogram
from featherface_converters.proof.inside import Operator, open_inside
from featherface_converters.proof.intervals import Intervals, intervals
from featherface_converters.proof.record import ALL
from featherface_converters.proof.scores import Scores, scores
from featherface_converters.proof.threshold import counted
from featherface_edge.evaluation.agreement import match_faces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from featherface_converters.proof.record import Proof
    from featherface_converters.proof.reference import Reference
    from featherface_converters.target import Job
    from featherface_edge.detection import FloatArray
    from featherface_edge.evaluation.agreement import Matched
    from featherface_edge.spec import JsonValue

LEAST_SCORE = 0.1  # of faces that the curve of scores is made of
LEAST_IOU = 0.5
FARTHEST = 0.1  # landmark error in face sizes at which its histogram ends
LARGEST_DRIFT = 0.1  # of a score, where its histogram ends
STEPS = 25


@dataclass(frozen=True, slots=True)
class Details:
    """What a proof tells beyond its verdict.

    matched: the faces of every photograph held against each other; the manifest does not keep them.
    iou, landmark, drift: distributions over matched faces of IoU, of landmark errors in face sizes,
    of the artifact's score minus the float network's. operators: their numbers in the file, None
    for a format that cannot be looked into. blocks: of INT8 files alone. interpreter: who gave the
    inner tensors of the blocks.
    """

    matched: Sequence[Matched]
    iou: Histogram
    landmark: Histogram
    drift: Histogram
    scores: Scores
    intervals: Intervals
    operators: Mapping[Operator, int] | None = None
    blocks: tuple[BlockNoise, ...] = ()
    interpreter: str = ""

    def as_json(self) -> dict[str, JsonValue]:
        """The details as they stand in a proof."""
        record: dict[str, JsonValue] = {
            "distributions": {
                "iou": self.iou.as_json(),
                "landmark_error": self.landmark.as_json(),
                "score_drift": self.drift.as_json(),
            },
            "scores": self.scores.as_json(),
            "intervals": self.intervals.as_json(),
        }
        if self.operators is not None:
            record["operators"] = [
                [each.kind, each.precision, count] for each, count in self.operators.items()
            ]
        if self.blocks:
            record["blocks"] = [each.as_json() for each in self.blocks]
            record["blocks_seen_in"] = self.interpreter
        return record


def details(proof: Proof, float_network: Reference, job: Job, path: Path) -> Details:
    """The details of an artifact's proof; path: the artifact's file."""
    truths = float_network.truths or {}
    everything = (float_network.faces, proof.faces)
    sure = counted(everything, job.spec.thresholds.score, proof.threshold)
    matched = [match_faces(one, two, 0.0, LEAST_IOU) for one, two in zip(*sure, strict=True)]
    wide = [
        match_faces(one, two, LEAST_SCORE, LEAST_IOU).pairs
        for one, two in zip(*everything, strict=True)
    ]
    inside = open_inside(path)
    canvases = float_network.canvases
    return Details(
        matched=matched,
        iou=histogram(_all(matched, "iou"), LEAST_IOU, 1.0, STEPS),
        landmark=histogram(_all(matched, "landmark"), 0.0, FARTHEST, STEPS),
        drift=histogram(_all(matched, "score"), -LARGEST_DRIFT, LARGEST_DRIFT, STEPS),
        scores=scores(wide, everything, truths.get(ALL)),
        intervals=intervals(matched, everything, truths),
        operators=None if inside is None else Counter(inside.operators()),
        blocks=()
        if inside is None or job.values is None
        else tuple(block_noise(inside, job.graph, job.values.canvases, canvases)),
        interpreter="" if inside is None or job.values is None else inside.interpreter,
    )


def _all(matched: Sequence[Matched], name: str) -> FloatArray:
    """One figure of all matched faces (M,)."""
    return np.concatenate(
        [np.zeros(0, np.float32), *(getattr(each.pairs, name) for each in matched)]
    )
