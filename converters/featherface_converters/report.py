"""A conversion's results as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    rows = [HEADINGS, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join(lines)


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
