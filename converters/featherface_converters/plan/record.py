"""The plan of a quantization, the same record for every INT8 target."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from featherface_edge.spec import JsonValue

Estimator = Literal["min-max", "moving-average", "percentile", "entropy", "mse"]
ESTIMATORS: dict[Estimator, str] = {  # how a tensor's range is found, in words
    "min-max": "minima and maxima over all images",
    "moving-average": "minima and maxima averaged over images",
    "percentile": "99.99 % of the values",
    "entropy": "ranges of least lost information",
    "mse": "ranges of least squared error",
}
VERSION = 1
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Cost:
    """What a block costs because it stays float, measured in the real interpreter.

    milliseconds: more for one inference. gain: what the worst figure of the budget gains, average
    precision or F1, 0 to 1; negative where it loses.
    """

    block: str
    milliseconds: float
    gain: float


@dataclass(frozen=True, slots=True)
class Plan:
    """How a network is quantized.

    equalise: whether channels are evened out before. correct: whether biases make up for what
    rounding does to means. left_float: names of blocks that stay float; no target rounds them to 16
    bits instead, for which no interpreter here has quick kernels. costs: of those blocks, where a
    search measured them. ended: why that search went no further, "" where there was none.
    """

    estimator: Estimator = "min-max"
    equalise: bool = True
    correct: bool = True
    left_float: tuple[str, ...] = ()
    costs: tuple[Cost, ...] = ()
    ended: str = ""

    def __post_init__(self) -> None:
        if self.estimator not in get_args(Estimator):
            raise ValueError(
                f"estimator is {self.estimator!r}, wanted one of {', '.join(get_args(Estimator))}"
            )
        if len(set(self.left_float)) < len(self.left_float):
            raise ValueError(f"left_float names a block twice: {', '.join(self.left_float)}")
        strange = [cost.block for cost in self.costs if cost.block not in self.left_float]
        if strange:
            raise ValueError(f"costs of {', '.join(strange)}, which do not stay float")

    def in_words(self) -> str:
        """The plan as a manifest's method tells it."""
        parts = [
            ESTIMATORS[self.estimator],
            *(["equalised"] if self.equalise else []),
            *(["biases corrected"] if self.correct else []),
            *([f"float: {', '.join(self.left_float)}"] if self.left_float else []),
        ]
        return "; ".join(parts)

    def as_json(self) -> dict[str, JsonValue]:
        """The plan as it stands in a manifest; `costs` and `ended` only after a search."""
        record: dict[str, JsonValue] = {
            "version": VERSION,
            "estimator": self.estimator,
            "equalise": self.equalise,
            "correct": self.correct,
            "left_float": list(self.left_float),
        }
        if self.costs:
            record["costs"] = [
                {
                    name: value if isinstance(value, str) else round(value, DIGITS)
                    for name, value in asdict(cost).items()
                }
                for cost in self.costs
            ]
        return {**record, "ended": self.ended} if self.ended else record
