"""The INT8 artifacts of a pruned network and their proofs, for the last stage of `fe-prune`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_calibration import CalibrationSet, shipped_calibration, shipped_proof
from featherface_converters.convert import Order, convert
from featherface_edge.pruning.record import ProofRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from featherface_converters.convert import Outcome


def proof_rows(
    checkpoint: Path,
    targets: Sequence[str],
    out: Path,
    labels: Path | None,
    say: Callable[[str], None],
) -> list[ProofRow]:
    """Converts the weights to every target and tells what the proofs say.

    labels: a JSON-lines file of photographs and faces for average precision; without one the
    shipped photographs prove.
    """
    photographs = CalibrationSet.from_path(labels) if labels else shipped_proof()
    order = Order(
        targets=tuple(targets),
        checkpoint=checkpoint,
        calibration=shipped_calibration(),
        photographs=photographs,
        out=out,
        labels=labels,
    )
    return [_row(outcome) for outcome in convert(order, say)]


def _row(outcome: Outcome) -> ProofRow:
    proof = outcome.proof
    exact, found = proof.average_precision or (None, None)
    return ProofRow(
        target=outcome.target,
        passed=not proof.faults,
        precision=proof.agreement.precision,
        recall=proof.agreement.recall,
        mean_iou=proof.agreement.mean_iou,
        landmark_error=proof.agreement.landmark_error,
        bytes=outcome.bytes,
        exact=exact,
        found=found,
    )
