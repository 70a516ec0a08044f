"""What the zoo says of a network in a few figures, its formats taken together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_runtime.zoo.figures import Precision
from featherface_runtime.zoo.index_file import read_index
from featherface_runtime.zoo.shelf import SHELF

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from featherface_runtime.zoo.records import Artifact


@dataclass(frozen=True, slots=True)
class Summary:
    """A network at one size.

    precision: of its INT8 models, mean over the formats. loss: points of mean average precision
    that INT8 costs in the format where it costs most. ratios: time by format in units of `unit`;
    formats without one are left out.
    """

    network: str
    size: str
    parameters: int
    precision: Precision
    loss: float
    ratios: dict[str, float]
    unit: str


def summaries(folder: Path = SHELF) -> list[Summary]:
    """Give the figures of every shipped network at every size, each one's smallest canvas first.

    Raises: ModelFileError when the index cannot be used.
    """
    index = read_index(folder)
    reference = index.reference
    unit = f"{reference.name} at {reference.width}x{reference.height}"
    ordered = sorted(index.artifacts, key=lambda each: each.width * each.height)
    places = dict.fromkeys((each.network, each.size) for each in ordered)
    return [
        _summary(
            [each for each in index.of(network) if each.size == size],
            index.network(network).parameters,
            unit,
        )
        for network, size in places
    ]


def _summary(artifacts: Sequence[Artifact], parameters: int, unit: str) -> Summary:
    values = [
        (each.precision.easy, each.precision.medium, each.precision.hard) for each in artifacts
    ]
    means = (sum(column) / len(column) for column in zip(*values, strict=True))
    return Summary(
        artifacts[0].network,
        artifacts[0].size,
        parameters,
        Precision(*means),
        100 * max(each.loss for each in artifacts),
        {each.format: each.timing.ratio for each in artifacts if each.timing.ratio is not None},
        unit,
    )
