"""Scores from the numbers of one or two maps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from featherface_edge.detection.types import FloatArray
    from featherface_edge.spec.decoding import ScoreRule

# Keeps exp() finite in float32.
_LOGIT_BOUND = 80.0


class Scoring(NamedTuple):
    """How scores come about.

    least: the number of the score map below which no score reaches a given one. scores: of the maps
    of Decoding.score_kinds, (N,) each, in their order; 0 to 1.
    """

    least: Callable[[float], float]
    scores: Callable[..., FloatArray]


def logit(score: float) -> float:
    """Give the number whose sigmoid is the score; infinite for 0 and 1."""
    if score <= 0:
        return -math.inf
    return math.inf if score >= 1 else math.log(score / (1 - score))


def sigmoid(logits: FloatArray) -> FloatArray:
    """Give 1 / (1 + exp(-logits)), of any shape."""
    bounded = np.minimum(np.maximum(logits, -_LOGIT_BOUND), _LOGIT_BOUND)
    scores: FloatArray = np.reciprocal(np.exp(-bounded) + 1)
    return scores


def root_of_product(classes: FloatArray, objects: FloatArray) -> FloatArray:
    """Give the geometric mean of two probabilities."""
    scores: FloatArray = np.sqrt(classes * objects)
    return scores


def _least_of_root(score: float) -> float:
    return logit(score**2)


def _clipped(scores: FloatArray) -> FloatArray:
    return np.clip(scores, 0, 1)


def _product(classes: FloatArray, objects: FloatArray) -> FloatArray:
    return sigmoid(classes) * sigmoid(objects)


def _root(classes: FloatArray, objects: FloatArray) -> FloatArray:
    return root_of_product(sigmoid(classes), sigmoid(objects))


SCORINGS: Mapping[ScoreRule, Scoring] = {
    "sigmoid": Scoring(logit, sigmoid),
    "probability": Scoring(float, _clipped),
    "product": Scoring(logit, _product),
    "root-product": Scoring(_least_of_root, _root),
}
