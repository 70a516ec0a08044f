"""How far the values of a set reach, tensor by tensor, and what that costs others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from featherface_calibration.verdict.sight import Sight
    from featherface_edge.detection import FloatArray, IndexArray

MAPS = 9
SCORES = (0, 3, 6)  # the maps of face logits, finest stride first
LEAST = 1e-3  # of a range: below, a tensor is as good as unused
DRAWS = 24


def ends(sights: Sequence[Sight]) -> FloatArray:
    """Give how far each picture's values reach, (N, T + 18), 0 or more is the common case.

    First the greatest value behind each ReLU, then for each of the nine maps minus its least and
    its greatest value: so more is always further.
    """
    peaks = np.stack([each.peaks for each in sights])
    limits = np.stack([each.limits for each in sights]).reshape(len(sights), 2 * MAPS)
    turned: FloatArray = limits * np.tile(np.array((-1, 1), np.float32), MAPS)
    return np.concatenate((peaks, turned), axis=1)


def cut_off(reach: FloatArray, reference: FloatArray) -> FloatArray:
    """Give which share of their reach pictures lose, (K,), where a range ends at `reach` (K,).

    reference (N, K): of the pictures. Mean over them, 0 to 1.
    """
    beyond = np.maximum(0, reference - np.maximum(reach, LEAST))
    share = np.where(reference > LEAST, beyond / np.maximum(reference, LEAST), 0)
    lost: FloatArray = share.mean(axis=0)
    return lost


def wasted(reach: FloatArray, reference: FloatArray) -> FloatArray:
    """Give how many bits, (K,), are spent on values that hardly any picture has."""
    ordinary = np.maximum(np.quantile(reference, 0.995, axis=0), LEAST)
    spare: FloatArray = np.log2(np.maximum(1, np.maximum(reach, LEAST) / ordinary))
    return spare


def missed(reach: FloatArray, reference: FloatArray) -> FloatArray:
    """Give how much of its score the best face of a picture loses, (3,): for each stride.

    A face whose logit is beyond the range that calibration saw gets the score of its end. Of
    pictures that have a face at that stride.
    """
    tops = top_places(len(reach))
    found = []
    for top in tops:
        faces = reference[reference[:, top] > 0, top]
        lost = _probability(faces) - _probability(np.minimum(faces, reach[top]))
        found.append(float(lost.mean()) if len(lost) else 0.0)
    return np.array(found, np.float32)


def top_places(count: int) -> list[int]:
    """Give where, of `count` ends, the greatest logits of the three strides stand."""
    first = count - 2 * MAPS
    return [first + 2 * index + 1 for index in SCORES]


def reach_of(values: FloatArray) -> FloatArray:
    """Give the range that calibration on all these pictures (N, K) leads to, (K,)."""
    found: FloatArray = values.max(axis=0)
    return found


def halves(count: int) -> Iterator[IndexArray]:
    """Yield random halves of so many pictures, always the same ones; of one picture itself."""
    dice = np.random.default_rng(0)
    for _ in range(DRAWS):
        yield dice.permutation(count)[: max(1, count // 2)]


def _probability(logits: FloatArray) -> FloatArray:
    found: FloatArray = np.float32(1) / (np.float32(1) + np.exp(-logits))
    return found
