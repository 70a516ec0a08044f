"""A conversion's results as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.columns import aligned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_converters.convert import Outcome
    from featherface_converters.proof import Proof

HEADINGS = (
    *("target", "verdict", "precision", "recall", "F1", "mean IoU"),
    *("score drift", "landmark error", "SNR dB", "AP", "KB"),
)


def table(outcomes: Sequence[Outcome]) -> str:
    """One line for every target, columns aligned, without a final line break."""
    return "\n".join(aligned([HEADINGS, *(_row(outcome) for outcome in outcomes)]))


def costs(outcome: Outcome) -> str:
    """What each block of a target costs because it stays float; "" where a search left none."""
    plan = outcome.plan
    if plan is None or not plan.left_float:
        return ""
    known = {cost.block: cost for cost in plan.costs}
    figure = "AP points" if outcome.proof.by_labels else "F1 points"
    rows: list[tuple[str, ...]] = [(f"{outcome.target} left float", "ms", figure)]
    for block in plan.left_float:
        cost = known.get(block)
        shown = (
            ("-", "-") if cost is None else (f"{cost.milliseconds:+.2f}", f"{100 * cost.gain:+.2f}")
        )
        rows.append((block, *shown))
    return "\n".join(aligned(rows))


def _row(outcome: Outcome) -> tuple[str, ...]:
    proof = outcome.proof
    found = proof.agreement
    levels = proof.signal_to_noise_db.values()
    return (
        outcome.target,
        "failed" if proof.faults else "passed",
        f"{found.precision:.4f}",
        f"{found.recall:.4f}",
        f"{found.f1:.4f}",
        f"{found.mean_iou:.4f}",
        f"{found.score_drift:.4f}",
        f"{found.landmark_error:.4f}",
        f"{min(levels):.1f}..{max(levels):.1f}",
        _average_precision(proof),
        f"{outcome.bytes / 1024:.0f}",
    )


def _average_precision(proof: Proof) -> str:
    if proof.average_precision is None:
        return "-"
    exact, found = proof.average_precision
    return f"{found:.4f} (float {exact:.4f})"
