"""Whether a rounded network needs tuning, and whether tuning made it better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_converters.proof import Proof
    from featherface_edge.spec import JsonValue

MOST_LOST = 0.0025  # of average precision, where the proof's photographs have labels
LEAST_F1 = 0.99  # of agreement with the float network, where they have none
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Contest:
    """What became of a file whose conversion was allowed to tune.

    reason: why it was tuned, or was not. without, tuned: figures of the proof, the latter None
    where it was not tuned. steps, photographs, fingerprint: what it was tuned with.
    """

    reason: str
    without: Mapping[str, float]
    tuned: Mapping[str, float] | None = None
    steps: int = 0
    photographs: str = ""
    fingerprint: str = ""
    kept: bool = False

    def __post_init__(self) -> None:
        if (self.tuned is None) != (self.steps == 0) or (self.kept and self.tuned is None):
            raise ValueError(f"tuned in {self.steps} steps, figures {self.tuned}: they disagree")

    def as_json(self) -> dict[str, JsonValue]:
        """The contest as it stands in a proof."""
        return {
            "reason": self.reason,
            "kept": "tuned" if self.kept else "untuned",
            "steps": self.steps,
            "photographs": self.photographs,
            "fingerprint": self.fingerprint,
            "without": dict(self.without),
            "tuned": None if self.tuned is None else dict(self.tuned),
        }

    def in_words(self) -> str:
        """One line: both figures, and which file was kept."""
        shown = [
            f"{name} {self.without[name]:.4f} without, {self.tuned[name]:.4f} tuned"
            for name in self.without
            if self.tuned is not None
        ]
        if not shown:
            return f"not tuned: {self.reason}"
        which = "tuned" if self.kept else "untuned"
        return f"tuned in {self.steps} steps ({self.reason}): {'; '.join(shown)}: kept {which}"


def need(proof: Proof) -> tuple[bool, str]:
    """Whether a proof calls for tuning, and the figure that says so.

    By the budget where there is one, by the usual limits otherwise.
    """
    limits = proof.limits
    if proof.by_labels:
        most = MOST_LOST if limits.ap_drop is None else limits.ap_drop
        sign = ">" if proof.loss > most else "<="
        return proof.loss > most, f"loss of AP {proof.loss:.4f} {sign} {most}"
    least = LEAST_F1 if limits.f1 is None else limits.f1
    found = proof.agreement.f1
    sign = "<" if found < least else ">="
    return found < least, f"F1 {found:.4f} {sign} {least}"


def better(tuned: Proof, without: Proof) -> bool:
    """Whether the tuned file is the one to keep: it passes alone, or its figure is higher."""
    if bool(tuned.faults) != bool(without.faults):
        return not tuned.faults
    return tuned.loss < without.loss


def figures(proof: Proof) -> dict[str, float]:
    """What is shown of a proof, by name."""
    found = {"F1": proof.agreement.f1, "mean IoU": proof.agreement.mean_iou}
    if proof.average_precision is not None:
        found = {"AP": proof.average_precision[1], **found}
    return {name: round(value, DIGITS) for name, value in found.items()}
