"""Tables of a proof, as texts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from featherface_converters.proof.page.figures import noisiest
from featherface_converters.proof.record import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_converters.plan import Plan
    from featherface_converters.proof.blocks import BlockNoise
    from featherface_converters.proof.inside import Operator
    from featherface_converters.proof.record import Pair, Proof
    from featherface_edge.evaluation.bootstrap import Interval

Rows: TypeAlias = "list[tuple[str, ...]]"
BLOCKS = 8  # noisiest ones that the table names


def headlines(proof: Proof, size: int) -> Rows:
    """Name, figure and note of what matters most; size: bytes of the artifact."""
    found = proof.agreement
    rows: Rows = [
        ("F1 with the float network", f"{found.f1:.4f}", f"{found.faces:,} faces"),
        ("mean IoU", f"{found.mean_iou:.4f}", f"{found.matched:,} matched"),
        ("landmark error", f"{found.landmark_error:.4f}", "face sizes"),
        *((f"AP {name} lost", f"{100 * lost:+.2f}", "points") for name, lost in proof.lost.items()),
        ("size", f"{size / 1024:,.0f} KB", "on disk"),
    ]
    if proof.threshold is not None:
        told = proof.threshold
        rows.append(("score threshold", f"{told.after:.3f}", f"{told.before:g} in float"))
    return rows


def agreement(proof: Proof) -> Rows:
    """Each figure of the agreement with its limit."""
    found, limits = proof.agreement, proof.limits
    spread = None if proof.details is None else proof.details.intervals.f1
    f1_limit = "-" if limits.f1 is None else f"at least {limits.f1:g}"
    return [
        ("precision", f"{found.precision:.4f}", f"at least {limits.precision:g}"),
        ("recall", f"{found.recall:.4f}", f"at least {limits.recall:g}"),
        ("F1", f"{found.f1:.4f}{_spread(spread, 1)}", f1_limit),
        ("mean IoU", f"{found.mean_iou:.4f}", f"at least {limits.mean_iou:g}"),
        (
            "landmark error, face sizes",
            f"{found.landmark_error:.4f}",
            f"at most {limits.landmark_error:g}",
        ),
        ("score drift, mean of amounts", f"{found.score_drift:.4f}", "-"),
        ("score shift, mean", f"{found.score_shift:+.4f}", "-"),
        ("faces: float, matched", f"{found.faces:,}, {found.matched:,}", "-"),
        ("photographs", f"{found.images:,}", "-"),
    ]


def precisions(proof: Proof) -> Rows:
    """Average precision, %, by subset, with intervals; nothing where labels are not known."""
    pairs: dict[str, Pair] = dict(proof.subsets)
    if proof.average_precision is not None:
        pairs = {ALL: proof.average_precision, **pairs}
    known = None if proof.details is None else proof.details.intervals
    rows: list[tuple[str, ...]] = []
    for name, (exact, found) in pairs.items():
        ends = (
            [None] * 3
            if known is None
            else [known.exact[name], known.found[name], known.lost[name]]
        )
        rows.append(
            (
                name,
                f"{100 * exact:.2f}{_spread(ends[0], 100)}",
                f"{100 * found:.2f}{_spread(ends[1], 100)}",
                f"{100 * (exact - found):+.2f}{_spread(ends[2], 100)}",
            )
        )
    return rows


def maps(proof: Proof) -> Rows:
    """Each raw map and its signal over noise, dB."""
    return [(name, f"{value:.1f}") for name, value in proof.signal_to_noise_db.items()]


def blocks(found: Sequence[BlockNoise]) -> Rows:
    """The noisiest blocks."""
    return [
        (
            each.name,
            f"{each.worst:.1f}",
            each.worst_node,
            f"{each.decibels:.1f}",
            str(each.tensors),
            f"{100 * each.clipped:.3f}",
            f"{100 * each.clipped_later:.3f}",
        )
        for each in noisiest(found, BLOCKS)
    ]


def costs(plan: Plan | None) -> Rows:
    """The blocks that a search left float: what each costs, and what the budget's figure gains."""
    return [
        (each.block, f"{each.milliseconds:+.3f}", f"{100 * each.gain:+.2f}")
        for each in (() if plan is None else plan.costs)
    ]


def operators(found: Mapping[Operator, int]) -> Rows:
    """Kinds of operators with their number by precision, the most frequent first."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for each, count in found.items():
        counts[each.kind][each.precision] = count
    order = sorted(counts, key=lambda kind: (-sum(counts[kind].values()), kind))
    return [
        (kind, ", ".join(f"{count} {name}" for name, count in sorted(counts[kind].items())))
        for kind in order
    ]


def _spread(ends: Interval | None, scale: int) -> str:
    digits = 4 if scale == 1 else 2
    if ends is None:
        return ""
    return f" [{scale * ends.low:.{digits}f}, {scale * ends.high:.{digits}f}]"
