"""What a pruning run leaves behind, stage by stage: the record that its report and card show.

Every part but the set-up may be missing, so that a run can be shown before it ends.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from featherface_edge.pruning.trials import require, require_rates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_edge.detection.types import Detections, FloatArray, Frame
    from featherface_edge.pruning.trials import Contest, Search
    from featherface_edge.training.run.environment import Environment

Unit: TypeAlias = Literal["parameters", "MACs", "ms"]
Phase: TypeAlias = Literal["soft pruning", "fine-tuning"]


@dataclass(frozen=True, slots=True)
class Budget:
    """What the pruned network may cost: at most so much of a unit."""

    unit: Unit
    most: float

    def __post_init__(self) -> None:
        require(math.isfinite(self.most) and self.most > 0, f"a budget of {self.most}, wanted > 0")


@dataclass(frozen=True, slots=True)
class Setup:
    """What a run was asked for.

    network: name of the pruned network; start: file name of the weights that it begins with, and
    start_sha256 of them. method: of the search, in words ("gp"). engine: interpreter whose INT8
    milliseconds count, on one thread unless board says otherwise; board: where, in words; both are
    empty where no time was measured. width, height: of the input that MACs and milliseconds are
    for, in pixels. data: name of the photographs learnt from, teacher: what taught, if anything
    did. val: name of the photographs that chose, measured: how average precision was measured on
    them ("letterboxed to 640 x 640").
    """

    network: str
    architecture: str
    start: str
    start_sha256: str
    criterion: str
    method: str
    budget: Budget
    width: int
    height: int
    data: str
    val: str
    teacher: str = ""
    measured: str = ""
    engine: str = ""
    board: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("network", "architecture", "criterion"):
            require(getattr(self, name) != "", f"{name} is empty")
        require(min(self.width, self.height) > 0, f"an input of {self.width}x{self.height}")


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution's output channels before and after; group: that it is pruned with, or empty."""

    name: str
    before: int
    after: int
    group: str = ""

    def __post_init__(self) -> None:
        require(
            0 < self.after <= self.before,
            f"layer {self.name} has {self.after} of {self.before} channels",
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """What the network was at a point of the run, named in words ("before", "fine-tuned").

    macs: multiply-accumulates at the set-up's input. milliseconds: of the INT8 artifact by
    interpreter; precision: average precision by subset, 0 to 1; landmark_error: mean distance from
    labelled landmarks, in sizes of the face; all three only where measured.
    """

    name: str
    parameters: int
    macs: int
    milliseconds: Mapping[str, float] = field(default_factory=dict[str, float])
    precision: Mapping[str, float] = field(default_factory=dict[str, float])
    landmark_error: float | None = None

    def __post_init__(self) -> None:
        require(min(self.parameters, self.macs) > 0, f"{self.name}: a network without cost")
        for subset, value in self.precision.items():
            require(0 <= value <= 1, f"{self.name}: average precision {value} in {subset}")


@dataclass(frozen=True, slots=True)
class Removal:
    """How far the slim network is from the silenced one, and how that was found.

    difference: largest of any raw map, relative to the map's largest magnitude. pictures: that both
    saw, at width x height pixels.
    """

    difference: float
    allowed: float
    pictures: int
    width: int
    height: int

    @property
    def holds(self) -> bool:
        """Whether nothing but silence was taken out."""
        return self.difference <= self.allowed


@dataclass(frozen=True, slots=True)
class Progress:
    """A training's state after a step.

    step: counted on from phase to phase. sparsity: share, 0 to 1, of the channels to be removed
    that are silent then. loss: mean since the entry before. precision: average precision by subset
    where it was measured then.
    """

    phase: Phase
    step: int
    sparsity: float
    loss: float
    precision: Mapping[str, float] = field(default_factory=dict[str, float])

    def __post_init__(self) -> None:
        require(0 <= self.sparsity <= 1, f"a sparsity of {self.sparsity} at step {self.step}")


@dataclass(frozen=True, slots=True)
class Prediction:
    """Milliseconds of a whole network: what the latency table said and what was measured."""

    predicted: float
    measured: float

    def __post_init__(self) -> None:
        require(min(self.predicted, self.measured) > 0, "a time that is not above 0")

    @property
    def error(self) -> float:
        """The table's error as a share of the measured time."""
        return abs(self.predicted - self.measured) / self.measured


@dataclass(frozen=True, slots=True)
class ProofRow:
    """An artifact against its float network: `fe-convert`'s proof in figures.

    precision to landmark_error: agreement of the faces. exact, found: average precision, 0 to 1, of
    the float network and of the artifact; tuned: of the artifact after quantization-aware
    fine-tuning. Those, and milliseconds, are None where not measured.
    """

    target: str
    passed: bool
    precision: float
    recall: float
    mean_iou: float
    landmark_error: float
    bytes: int
    exact: float | None = None
    found: float | None = None
    tuned: float | None = None
    milliseconds: float | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A photograph (H, W, 3), RGB uint8, its labelled boxes (N, 4), and the faces of both networks.

    faces: of those that are labelled; None where nobody labelled them.
    """

    name: str
    frame: Frame
    before: Detections
    after: Detections
    faces: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class PruningRecord:
    """A run, as far as it has come.

    rates: chosen, by search group. standings: the first is the network that was pruned, the last
    the result. seconds: that each stage took, by its name. sittings: the environment of each start.
    looks: how often the figures of setup.val were looked at, 0 where nobody counted. notes:
    sentences that a reader must know.
    """

    setup: Setup
    search: Search | None = None
    contest: Contest | None = None
    rates: Mapping[str, float] = field(default_factory=dict[str, float])
    layers: Sequence[Layer] = ()
    standings: Sequence[Standing] = ()
    removal: Removal | None = None
    progress: Sequence[Progress] = ()
    predictions: Sequence[Prediction] = ()
    proofs: Sequence[ProofRow] = ()
    examples: Sequence[Example] = ()
    seconds: Mapping[str, float] = field(default_factory=dict[str, float])
    sittings: Sequence[Environment] = ()
    looks: int = 0
    notes: Sequence[str] = ()

    def __post_init__(self) -> None:
        require_rates(self.rates, "the choice")
