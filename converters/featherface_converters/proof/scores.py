"""What became of the scores, and what they promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_converters.proof.rounding import rounded
from featherface_edge.evaluation.breakdown import SCORE_STEPS, Reliability, reliability
from featherface_edge.evaluation.precision import score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.detection import Detections
    from featherface_edge.evaluation.agreement import Pairs
    from featherface_edge.evaluation.truths import Truth
    from featherface_edge.spec import JsonValue

_SPREAD = (10, 90)  # percentiles


@dataclass(frozen=True, slots=True)
class ScoreStep:
    """Faces that the float network gives a score between two tenths.

    low, high: the tenths. faces: how many. mean, least, most: the artifact's score of them, the
    mean and the middle 80 %.
    """

    low: float
    high: float
    faces: int
    mean: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Scores:
    """The artifact's scores over the float network's, and how often each finds a face.

    steps: without those that hold no face. promised: reliability of the float network's scores and
    of the artifact's, where labels are known.
    """

    steps: tuple[ScoreStep, ...]
    promised: tuple[Reliability, Reliability] | None = None

    def as_json(self) -> dict[str, JsonValue]:
        """The scores as they stand in a proof."""
        record: dict[str, JsonValue] = {
            "steps": [
                [each.low, each.high, each.faces, *map(rounded, (each.mean, each.least, each.most))]
                for each in self.steps
            ]
        }
        if self.promised is not None:
            record["reliability"] = {
                name: {"predictions": each.predictions.tolist(), "faces": each.faces.tolist()}
                for name, each in zip(("float", "artifact"), self.promised, strict=True)
            }
        return record


def scores(
    pairs: Sequence[Pairs],
    both: tuple[Sequence[Detections], Sequence[Detections]],
    truths: Sequence[Truth] | None,
) -> Scores:
    """What became of the scores of matched faces.

    both: all faces of the float network and of the artifact. truths: the labels, if known.
    """
    base = np.concatenate([each.base for each in pairs]) if pairs else np.zeros(0)
    moved = np.concatenate([each.base + each.score for each in pairs]) if pairs else np.zeros(0)
    tenths = np.clip(base * SCORE_STEPS, 0, SCORE_STEPS - 1).astype(np.intp)
    steps: list[ScoreStep] = []
    for tenth in np.unique(tenths).tolist():
        some = moved[tenths == tenth]
        least, most = np.percentile(some, _SPREAD).tolist()
        ends = (tenth / SCORE_STEPS, (tenth + 1) / SCORE_STEPS)
        steps.append(ScoreStep(*ends, len(some), float(some.mean()), least, most))
    if truths is None:
        return Scores(tuple(steps))
    exact, found = (reliability(score(each, {"": truths})[""]) for each in both)
    return Scores(tuple(steps), (exact, found))
