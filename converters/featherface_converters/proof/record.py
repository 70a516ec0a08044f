"""What a proof found, and how it stands in a manifest."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from featherface_converters.proof.rounding import rounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_converters.proof.details import Details
    from featherface_converters.proof.limits import Limits
    from featherface_converters.proof.threshold import Threshold
    from featherface_converters.tuning.contest import Contest
    from featherface_edge.detection import Detections
    from featherface_edge.evaluation.agreement import Agreement
    from featherface_edge.spec import JsonValue

Pair: TypeAlias = "tuple[float, float]"  # of the float network, of the artifact

VERSION = 2  # the first proofs have no number; all their members are still there
AP_NAMES = ("float_average_precision", "average_precision")
ALL = "all"  # the subset of every labelled face


@dataclass(frozen=True, slots=True)
class Proof:
    """What a comparison gave.

    signal_to_noise_db: of every raw map, by name. average_precision: of the float network and of
    the artifact, where the photographs have labels; subsets: the same for each official subset,
    where their ground truth was given. contest: what tuning did, where it was allowed.
    threshold: of an INT8 artifact's scores; the agreement is that of the float network's faces at
    its own threshold with the artifact's at this one. details: what else a finished one tells.
    faces: the artifact's on every photograph, score 0.02 or more; the manifest does not keep them.
    """

    source: str
    fingerprint: str
    limits: Limits
    agreement: Agreement
    signal_to_noise_db: Mapping[str, float]
    average_precision: Pair | None = None
    subsets: Mapping[str, Pair] = field(default_factory=dict[str, Pair])
    contest: Contest | None = None
    threshold: Threshold | None = None
    details: Details | None = None
    faces: Sequence[Detections] = ()

    @property
    def faults(self) -> list[str]:
        """What keeps the proof from passing, each in a few words; nothing when it passed."""
        return self.limits.faults(self.agreement, self.lost)

    @property
    def lost(self) -> dict[str, float]:
        """The average precision, 0 to 1, that each subset lost; "all" where there is but that."""
        if self.average_precision is None:
            return {}
        pairs = self.subsets or {ALL: self.average_precision}
        return {name: exact - found for name, (exact, found) in pairs.items()}

    @property
    def loss(self) -> float:
        """What the artifact lost, 0 to 1: AP of the worst subset, without labels 1 - F1.

        F1 counts with labels, too, where a limit was set for it.
        """
        return max(self.lost.values()) if self.by_labels else 1 - self.agreement.f1

    @property
    def by_labels(self) -> bool:
        """Whether average precision tells the loss, rather than F1."""
        return bool(self.lost) and self.limits.f1 is None

    def as_json(self) -> dict[str, JsonValue]:
        """The proof as it stands in a manifest."""
        record: dict[str, JsonValue] = {
            "version": VERSION,
            "verdict": "failed" if self.faults else "passed",
            **{name: rounded(value) for name, value in asdict(self.agreement).items()},
            "signal_to_noise_db": {
                name: rounded(value) for name, value in self.signal_to_noise_db.items()
            },
            "limits": {
                name: value for name, value in asdict(self.limits).items() if value is not None
            },
            "faults": list(self.faults),
            "source": self.source,
            "fingerprint": self.fingerprint,
        }
        if self.average_precision is not None:
            record |= _named(self.average_precision)
        if self.subsets:
            record["subsets"] = {name: _named(pair) for name, pair in self.subsets.items()}
        if self.threshold is not None:
            record["threshold"] = self.threshold.as_json()
        if self.details is not None:
            record |= self.details.as_json()
        if self.contest is not None:
            record["tuning"] = self.contest.as_json()
        return record


def _named(pair: Pair) -> dict[str, JsonValue]:
    return {name: rounded(value) for name, value in zip(AP_NAMES, pair, strict=True)}
