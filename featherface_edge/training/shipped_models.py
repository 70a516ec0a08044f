"""What the zoo of INT8 models says, for the table of networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOTES = (
    "INT8 loss: points of mean AP that the shipped models cost, most of all sizes and formats.",
    "INT8 time: of the shipped models at {size} in {formats}, in units of",
    "{unit} in the same interpreter. 'fe models' lists them all.",
)
NOTHING = "-"


class ShippedModel(Protocol):
    """A network at one size; featherface_runtime.zoo.summary says what the figures are."""

    @property
    def network(self) -> str:
        """Its name."""
        ...

    @property
    def size(self) -> str:
        """Its canvas, such as 320x256."""
        ...

    @property
    def loss(self) -> float:
        """Points of average precision that INT8 costs."""
        ...

    @property
    def ratios(self) -> Mapping[str, float]:
        """Time by format, in units of `unit`."""
        ...

    @property
    def unit(self) -> str:
        """What times are told in."""
        ...


def shipped_models() -> list[ShippedModel]:
    """What is shipped, each network's smallest canvas first.

    Raises: ModelFileError when the zoo's index cannot be used.
    """
    module = load("featherface_runtime.zoo.summary", "listing the shipped models", "")
    found: list[ShippedModel] = module.summaries()
    return found


def loss(models: Sequence[ShippedModel]) -> str:
    """The most that INT8 costs one of a network's models, in points."""
    return f"{round(max(each.loss for each in models), 1) + 0.0:.1f}" if models else NOTHING


def times(models: Sequence[ShippedModel]) -> str:
    """The times of a network's largest canvas, format by format."""
    ratios = models[-1].ratios.values() if models else ()
    return " / ".join(f"{ratio:.2f}" for ratio in ratios) or NOTHING


def notes(models: Sequence[ShippedModel]) -> list[str]:
    """What the figures mean; nothing where nothing is shipped."""
    if not models:
        return []
    one = models[-1]
    formats = " / ".join(one.ratios)
    return [line.format(size=one.size, formats=formats, unit=one.unit) for line in NOTES]
