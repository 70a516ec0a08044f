"""What a training file says: one record a section."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the reader of training files needs it
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - the reader of training files needs it
from typing import Literal

from featherface_edge.data.config import AugmentConfig, DataConfig

Precision = Literal["float32", "bfloat16", "float16"]
UNTIL = 0.7  # share of a soft pruning in which its rates are reached
HIGHEST_RATE = 0.9  # a group that loses more is no layer any longer


def _above(section: str, **values: float) -> None:
    for name, value in values.items():
        if value <= 0:
            raise ValueError(f"{section}.{name} is {value}, wanted above 0")


def _not_below(section: str, **values: float) -> None:
    for name, value in values.items():
        if value < 0:
            raise ValueError(f"{section}.{name} is {value}, wanted 0 or more")


def _shares(section: str, **values: float) -> None:
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{section}.{name} is {value}, wanted 0 to 1")


@dataclass(frozen=True, slots=True)
class OptimizerConfig:
    """The optimiser. weight_decay also of AdamW's default 0.01; momentum: of SGD.

    clip: largest norm of the gradient, 0 = no clipping.
    """

    name: Literal["adamw", "sgd"] = "adamw"
    rate: float = 1e-3
    weight_decay: float = 0.01
    momentum: float = 0.9
    clip: float = 0.0

    def __post_init__(self) -> None:
        _above("optimizer", rate=self.rate)
        _shares("optimizer", momentum=self.momentum)
        _not_below("optimizer", weight_decay=self.weight_decay, clip=self.clip)


@dataclass(frozen=True, slots=True)
class ScheduleConfig:
    """The learning rate over all steps.

    onecycle: Smith & Topin 2018, as V1 was trained. cosine: to `floor` of the peak. multistep:
    times `gamma` at each of `milestones` (shares of the run, 0 to 1). warm_up: steps of linear
    rise, for all but onecycle.
    """

    name: Literal["onecycle", "cosine", "multistep", "constant"] = "onecycle"
    warm_up: int = 0
    floor: float = 0.01
    milestones: tuple[float, ...] = (0.63, 0.89)
    gamma: float = 0.1

    def __post_init__(self) -> None:
        _shares("schedule", floor=self.floor, gamma=self.gamma)
        _not_below("schedule", warm_up=self.warm_up)


@dataclass(frozen=True, slots=True)
class LoopConfig:
    """The loop.

    steps: of an epoch, 0 = as many as the photographs fill. batch: crops a step over all processes.
    side: of a crop, pixels. large_every: every n-th batch is a quarter as many crops of twice the
    side, 0 = none. ema: decay of the averaged weights that are kept, 0 = none. freeze_norm: batch
    statistics stay those of the start. drop_block: share of a feature map that DropBlock blanks.
    distinct: number of crops, drawn over and over, every second time mirrored; 0 = every crop is
    new. workers: processes that prepare crops. save_every: steps between saved states. eval_every:
    epochs between evaluations on data.val, at the longer side `eval_side`.
    """

    epochs: int = 350
    steps: int = 0
    batch: int = 32
    side: int = 640
    large_every: int = 0
    precision: Precision = "float32"
    ema: float = 0.0
    freeze_norm: bool = False
    drop_block: float = 0.0
    distinct: int = 0
    workers: int = 1
    save_every: int = 100
    eval_every: int = 1
    eval_side: int = 640

    def __post_init__(self) -> None:
        _above("loop", epochs=self.epochs, batch=self.batch, side=self.side)
        _above("loop", save_every=self.save_every, eval_every=self.eval_every)
        _shares("loop", ema=self.ema, drop_block=self.drop_block)
        _not_below("loop", steps=self.steps, large_every=self.large_every)
        _not_below("loop", distinct=self.distinct, workers=self.workers)
        for name in ("side", "eval_side"):
            if getattr(self, name) % 32:
                raise ValueError(f"loop.{name} is {getattr(self, name)}, wanted a multiple of 32")
        if self.large_every and self.batch % 4:
            raise ValueError(f"loop.batch is {self.batch}, large batches want a multiple of 4")


@dataclass(frozen=True, slots=True)
class LossConfig:
    """The multi-task loss of the labels; see `training.multibox`."""

    box: float = 2.0
    score: float = 1.0
    landmark: float = 1.0
    match: float = 0.35
    worth: float = 0.2
    negatives: int = 7
    minimum_negatives: int = 0

    def __post_init__(self) -> None:
        _shares("loss", match=self.match, worth=self.worth)
        _not_below("loss", box=self.box, score=self.score, landmark=self.landmark)
        _not_below("loss", negatives=self.negatives, minimum_negatives=self.minimum_negatives)


@dataclass(frozen=True, slots=True)
class FeatureConfig:
    """A feature map of the student that repeats one of the teacher's.

    student, teacher: names of modules whose outputs are compared. weight: of its relative error.
    gain: factor that brings the student's values to the teacher's scale. project: a learned 1x1
    convolution stands between (always where the channels differ). rectify: the teacher's values
    go through ReLU first, for a student that knows no negative ones.
    """

    student: str
    teacher: str
    weight: float = 1.0
    gain: float = 1.0
    project: bool = False
    rectify: bool = False


@dataclass(frozen=True, slots=True)
class DistillConfig:
    """Distillation: (1 - alpha) * labels + alpha * teacher's answers + features.

    alpha falls from `alpha[0]` to `alpha[1]` and is at most `alpha[2]` in the last fifth of the
    run. temperature: of the scores. score, box, landmark: weights of the answers' parts. learned:
    these weights are learnt, as in Kendall et al. (CVPR 2018). labels_from: share of the run after
    which labels count. anneal: share of the run in which leaky ReLUs turn into ReLUs (networks with
    annealed activations). doubled: the teacher also sees every crop at twice its size, and answers
    from that for small faces. guide: another network, whose features the student repeats instead of
    the teacher's. cache: folder for the teacher's answers.
    """

    teacher: Path
    alpha: tuple[float, float, float] = (0.8, 0.5, 0.4)
    temperature: float = 4.0
    score: float = 1.0
    box: float = 1.0
    landmark: float = 1.0
    learned: bool = False
    labels_from: float = 0.0
    anneal: float = 0.0
    features: tuple[FeatureConfig, ...] = ()
    doubled: bool = False
    guide: Path | None = None
    cache: Path | None = None

    def __post_init__(self) -> None:
        _above("distill", temperature=self.temperature)
        for value in self.alpha:
            _shares("distill", alpha=value)
        _shares("distill", labels_from=self.labels_from, anneal=self.anneal)
        _not_below("distill", score=self.score, box=self.box, landmark=self.landmark)


@dataclass(frozen=True, slots=True)
class SoftConfig:
    """Soft pruning: after every epoch the least important channels are zeroed, and may recover.

    rates: share of the channels that the end of the run shall not have, 0 to 0.9, by the name of
    the channel group. until: share of the run after which the rates are reached, by a cubic
    schedule. criterion: of importance. multiple: channels are counted in steps of this many.

    Source: He et al., "Soft Filter Pruning", IJCAI 2018, section 3.2.
    """

    rates: Mapping[str, float]
    criterion: str = "geometric-median"
    multiple: int = 8
    until: float = UNTIL

    def __post_init__(self) -> None:
        _above("soft", until=self.until, multiple=self.multiple)
        _shares("soft", until=self.until)
        for group, rate in self.rates.items():
            if not 0 <= rate <= HIGHEST_RATE:
                raise ValueError(f"soft.rates.{group} is {rate}, wanted 0 to {HIGHEST_RATE}")


@dataclass(frozen=True, slots=True)
class StopConfig:
    """Early stopping on the evaluated AP.

    never_before: epochs in which nothing stops the run. eager: a window of epochs (from, to) in
    which `eager_patience` evaluations without a gain of `min_gain` end it; elsewhere `patience`
    evaluations do. patience 0 = the run never stops early.
    """

    never_before: int = 0
    eager: tuple[int, int] = (0, 0)
    eager_patience: int = 3
    patience: int = 0
    min_gain: float = 0.0005

    def __post_init__(self) -> None:
        _not_below("stop", never_before=self.never_before, eager_patience=self.eager_patience)
        _not_below("stop", patience=self.patience, min_gain=self.min_gain)


@dataclass(frozen=True, slots=True)
class LogConfig:
    """Where figures go besides the run folder and TensorBoard."""

    wandb: bool = False
    project: str = "featherface-edge"
    every: int = 20

    def __post_init__(self) -> None:
        _above("log", every=self.every)


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """A run.

    network: name in the registry. name: of the result, where its layers are narrower than the
    registry's. start: a checkpoint of the same network to go on from, whose widths the run keeps;
    without one the weights are fresh. warm_start: they are the teacher's own, fitted (edge from v1,
    edge-lean from edge). backbone: published MobileNetV1 x 0.25 classifier, or a checkpoint of a
    relative with the same input, to start the backbone from. threads: of the CPU, 0 = as many as
    there are.
    """

    network: str
    data: DataConfig
    name: str = ""
    start: Path | None = None
    warm_start: bool = False
    backbone: Path | None = None
    seed: int = 0
    threads: int = 0
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    loop: LoopConfig = field(default_factory=LoopConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    distill: DistillConfig | None = None
    soft: SoftConfig | None = None
    stop: StopConfig = field(default_factory=StopConfig)
    log: LogConfig = field(default_factory=LogConfig)

    def __post_init__(self) -> None:
        if self.start is not None and (self.warm_start or self.backbone is not None):
            raise ValueError(
                "start brings all weights, so warm_start and backbone must be left out"
            )
        if self.warm_start and self.distill is None:
            raise ValueError("warm_start takes the teacher's weights, wanted a section distill")
        for name, value in (("seed", self.seed), ("threads", self.threads)):
            if value < 0:
                raise ValueError(f"{name} is {value}, wanted 0 or more")
