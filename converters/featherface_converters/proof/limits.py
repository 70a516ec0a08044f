"""What an artifact must reach to pass its proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_edge.evaluation.agreement import Agreement
    from featherface_edge.spec import Precision


@dataclass(frozen=True, slots=True)
class Limits:
    """What an artifact must reach; landmark error, in face sizes, is the most it may have.

    f1: 0 to 1. ap_drop: the most average precision, 0 to 1, that any subset may lose. Either is
    None where nobody asked for it.
    """

    precision: float
    recall: float
    mean_iou: float
    landmark_error: float
    f1: float | None = None
    ap_drop: float | None = None

    def faults(self, found: Agreement, lost: Mapping[str, float]) -> list[str]:
        """What keeps an artifact from passing, each in a few words; nothing when it passes.

        lost: average precision, 0 to 1, by subset.
        """
        if not found.faces:
            return ["the float network finds no face in the proof's photographs"]
        return [*self._unlike(found), *self._over_budget(found.f1, lost)]

    def _unlike(self, found: Agreement) -> list[str]:
        least = [
            f"{name.replace('_', ' ')} {getattr(found, name):.3f} < {getattr(self, name)}"
            for name in ("precision", "recall", "mean_iou")
            if getattr(found, name) < getattr(self, name)
        ]
        far = found.landmark_error > self.landmark_error
        words = f"landmark error {found.landmark_error:.3f} > {self.landmark_error}"
        return [*least, words] if far else least

    def _over_budget(self, f1: float, lost: Mapping[str, float]) -> list[str]:
        """Where the artifact lost more than was asked for."""
        low = self.f1 is not None and f1 < self.f1
        return [
            *([f"F1 {f1:.4f} < {self.f1}"] if low else []),
            *(
                f"AP {name} {100 * value:.2f} points below float > {100 * self.ap_drop:g}"
                for name, value in lost.items()
                if self.ap_drop is not None and value > self.ap_drop
            ),
        ]


# INT8 moves scores by about 0.01, and a fifth of the shipped proof's faces score 0.4 to 0.6: some
# of them cross the threshold either way although AP moves by half a point.
LIMITS: dict[Precision, Limits] = {
    "float32": Limits(precision=0.999, recall=0.999, mean_iou=0.99, landmark_error=0.01),
    "float16": Limits(precision=0.98, recall=0.98, mean_iou=0.98, landmark_error=0.02),
    "int8": Limits(precision=0.92, recall=0.92, mean_iou=0.90, landmark_error=0.05),
}
