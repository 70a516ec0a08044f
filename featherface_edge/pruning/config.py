"""What a pruning file says: one record a section, and the training file of its fine-tuning."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - the reader of pruning files needs it
from typing import TYPE_CHECKING, Literal, get_args

from featherface_edge.training.config.reader import Kind, preset_folder
from featherface_edge.training.config.records import TrainConfig  # noqa: TC001 - the reader of pruning files needs it

if TYPE_CHECKING:
    from featherface_edge.pruning.record import Unit

Engine = Literal["litert", "onnx", "openvino"]
Method = Literal["bayesian", "random", "uniform"]
ENGINES: tuple[Engine, ...] = get_args(Engine)


@dataclass(frozen=True, slots=True)
class TargetConfig:
    """What the pruned network may cost: parameters, macs and ms; 0 = no limit, one at least is.

    macs: multiply-accumulates of one picture. ms: milliseconds of the INT8 artifact in the
    interpreter `engine`, one thread, on this machine. width, height: of the picture, pixels.
    """

    parameters: int = 0
    macs: int = 0
    ms: float = 0.0
    engine: Engine = "litert"
    width: int = 640
    height: int = 640

    def __post_init__(self) -> None:
        limits = (self.parameters, self.macs, self.ms)
        if min(limits) < 0 or not any(limits):
            raise ValueError(
                "target wants parameters, macs or ms above 0, "
                f"found {self.parameters}, {self.macs} and {self.ms:g}"
            )
        if self.width % 32 or self.height % 32 or min(self.width, self.height) <= 0:
            raise ValueError(
                f"target is for {self.width}x{self.height}, wanted multiples of 32 above 0"
            )

    @property
    def limits(self) -> dict[Unit, float]:
        """What is limited, and to how much."""
        every: dict[Unit, float] = {
            "parameters": float(self.parameters),
            "MACs": float(self.macs),
            "ms": self.ms,
        }
        return {unit: most for unit, most in every.items() if most}


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """How the rates are found.

    trials: of the method; steps: of the short fine-tuning in each; judged: batches that judge it.
    solved: batches of 8 crops on which the kernels of the slim network are solved. criterion: of
    importance. multiple: channels are counted in steps of this many. most: highest
    rate of a group. compare: random search, uniform rates and the criterion l1 are tried as well,
    each with as many trials.
    """

    method: Method = "bayesian"
    trials: int = 24
    steps: int = 24
    judged: int = 8
    solved: int = 10
    criterion: str = "geometric-median"
    multiple: int = 8
    most: float = 0.85
    compare: bool = False

    def __post_init__(self) -> None:
        for name in ("trials", "judged", "solved", "multiple"):
            if getattr(self, name) < 1:
                raise ValueError(f"search.{name} is {getattr(self, name)}, wanted above 0")
        if self.steps < 0:
            raise ValueError(f"search.steps is {self.steps}, wanted 0 or more")
        if not 0 < self.most <= 0.9:  # noqa: PLR2004 - the highest rate of a group
            raise ValueError(f"search.most is {self.most}, wanted above 0, to 0.9")


@dataclass(frozen=True, slots=True)
class PhaseConfig:
    """A training: how long, and at which peak rate."""

    epochs: int
    steps: int
    rate: float

    def __post_init__(self) -> None:
        if min(self.epochs, self.steps) < 1 or self.rate <= 0:
            raise ValueError(
                f"{self.epochs} epochs of {self.steps} steps at rate {self.rate:g}, wanted above 0"
            )


@dataclass(frozen=True, slots=True)
class ProofConfig:
    """What is measured of the result.

    targets: of `fe-convert`. val: a label file for average precision; ground_truth: folder of the
    official WIDER FACE .mat files for it. side: of the float network's canvas, pixels.
    """

    targets: tuple[str, ...] = ("tflite-int8", "onnx-int8", "openvino-int8")
    val: Path | None = None
    ground_truth: Path | None = None
    side: int = 640


@dataclass(frozen=True, slots=True)
class PruneConfig:
    """A pruning run.

    name: of the result. train: the training file of both trainings, whose `network` is the
    architecture; its `start` is the network to prune, the shipped weights where none is given.
    """

    name: str
    train: TrainConfig
    target: TargetConfig
    search: SearchConfig = field(default_factory=SearchConfig)
    soft: PhaseConfig = field(default_factory=lambda: PhaseConfig(5, 200, 3e-4))
    tune: PhaseConfig = field(default_factory=lambda: PhaseConfig(6, 500, 8e-4))
    proof: ProofConfig = field(default_factory=ProofConfig)

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("name is empty, wanted a name for the pruned network")
        if self.train.distill is None:
            raise ValueError("train has no section distill: name the teacher")


PRUNING = Kind(PruneConfig, preset_folder("featherface_edge.pruning"), "pruning")
