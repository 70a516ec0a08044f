"""The figures that a verdict is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_calibration.verdict.ranges import (
    cut_off,
    halves,
    missed,
    reach_of,
    top_places,
    wasted,
)
from featherface_calibration.verdict.record import Bin, Block, Frames, Terms
from featherface_edge.lookalikes import lookalikes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_calibration.verdict.reference import Reference
    from featherface_calibration.verdict.sight import Sight
    from featherface_edge.detection import FloatArray

STRIDE_ENDS = (45.0, 181.0)  # between the sizes of anchors at strides 8 and 16, 16 and 32
SIZES = (0.0, 16.0, 32.0, 64.0, 128.0, float("inf"))  # of faces, pixels of the canvas
LEVELS = (0.0, 50.0, 85.0, 120.0, 155.0, 255.0)  # of brightness


def distinct(sights: Sequence[Sight]) -> list[Sight]:
    """Give the pictures without those that look like an earlier one."""
    later = {second for _, second in lookalikes([each.alike for each in sights])}
    return [each for index, each in enumerate(sights) if index not in later]


def terms(sights: Sequence[Sight], reach: FloatArray, reference: Reference) -> Terms:
    """Give the terms of a set; reach (N, K): its pictures' `ends` in the network that counts."""
    weights = stride_weights(reference)
    ranges = [reach_of(reach), *(reach_of(reach[half]) for half in halves(len(reach)))]
    losses = [float(missed(each, reference.ends) @ weights) for each in ranges]
    tensors = slice(0, top_places(reach.shape[1])[0] - 1)
    cuts = [float(cut_off(each, reference.ends)[tensors].mean()) for each in ranges]
    return Terms(
        missed=_mixed(losses, 0.25),
        cut=_mixed(cuts, 0.5),
        wasted=float(wasted(ranges[0], reference.ends)[tensors].mean()),
        strangeness=apart(_embeddings(sights), len(sights), reference.spread),
    )


def stride_weights(reference: Reference) -> FloatArray:
    """Give the share of faces that each stride finds, (3,)."""
    places = np.digitize(reference.sizes, STRIDE_ENDS)
    counts = np.bincount(places, minlength=len(STRIDE_ENDS) + 1)
    shares: FloatArray = (counts / max(1, counts.sum())).astype(np.float32)
    return shares


def apart(
    embeddings: FloatArray, count: int, spread: FloatArray, middle: FloatArray | float = 0.0
) -> float:
    """Give how far their mean lies from `middle`, beyond chance, in widths."""
    distance = float(np.linalg.norm((embeddings.mean(axis=0) - middle) / spread))
    return max(0.0, distance - float(np.sqrt(len(spread) / count)))


def blocks(names: Sequence[str], reach: FloatArray, reference: FloatArray) -> tuple[Block, ...]:
    """Give what the whole set's ranges cost in each block; names (K,): of every end."""
    whole = reach_of(reach)
    lost, spare = cut_off(whole, reference), wasted(whole, reference)
    where = np.array(names)
    return tuple(
        Block(name, float(lost[where == name].mean()), float(spare[where == name].mean()))
        for name in dict.fromkeys(names)
    )


def halves_apart(reach: FloatArray) -> float:
    """Give the factor between the ranges of the pictures with even and odd places, the median."""
    if len(reach) < 2:  # noqa: PLR2004
        return float("inf")
    one, two = reach_of(reach[::2]), reach_of(reach[1::2])
    known = (one > 0) & (two > 0)
    return float(np.exp(np.median(np.abs(np.log(one[known] / two[known])))))


def bins(values: FloatArray, ordinary: FloatArray, limits: Sequence[float]) -> tuple[Bin, ...]:
    """Give how many values of a set lie between each two limits."""
    found, usual = np.histogram(values, limits)[0], np.histogram(ordinary, limits)[0]
    shares = usual / max(1, usual.sum())
    return tuple(
        Bin(low, high, int(count), float(share))
        for low, high, count, share in zip(limits, limits[1:], found, shares, strict=False)
    )


def against(frames: Sequence[Sight], sights: Sequence[Sight], spread: FloatArray) -> Frames:
    """Give how the set stands to frames of the target camera."""
    ours, theirs = _embeddings(sights) / spread, _embeddings(frames) / spread
    chance = 1 / (1 / len(ours) + 1 / len(theirs))
    near = _nearest(theirs, ours)
    own = _nearest(ours, ours, own=True)
    limit = float(np.quantile(own, 0.95)) if len(ours) > 1 else 0.0
    middle: FloatArray = theirs.mean(axis=0)
    distance = apart(ours, round(max(1.0, chance)), np.ones_like(middle), middle)
    return Frames(len(frames), distance, float((near > limit).mean()))


def _nearest(points: FloatArray, others: FloatArray, *, own: bool = False) -> FloatArray:
    distances = np.linalg.norm(points[:, None] - others[None], axis=2)
    if own:
        np.fill_diagonal(distances, np.inf)
    nearest: FloatArray = distances.min(axis=1)
    return nearest


def _embeddings(sights: Sequence[Sight]) -> FloatArray:
    return np.stack([each.embedding for each in sights])


def _mixed(values: list[float], halves: float) -> float:
    """Give what the whole set costs, the first value, mixed with this share of its halves' mean."""
    return (1 - halves) * values[0] + halves * float(np.mean(values[1:]))
