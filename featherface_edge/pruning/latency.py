"""Milliseconds of a network's INT8 artifact at any widths, from a table measured once.

What is measured: short chains of every kind of convolution in the network, at a few widths, and a
few whole networks, which tell what stands between convolutions. The time of a network is then

    c0 + c1 * (sum of its convolutions) + c2 * (numbers that other operators move)

with factors >= 0. That is checked against whole networks that the table does not know.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

import numpy as np

from featherface_edge.errors import DataError
from featherface_edge.files import write_text
from featherface_edge.optional import load
from featherface_edge.pruning.anatomy import Shape
from featherface_edge.pruning.chains import Sample
from featherface_edge.pruning.costs import explained, fitted_costs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import nn

    from featherface_edge.pruning.anatomy import Anatomy, Census, Kept
    from featherface_edge.spec import JsonValue, ModelSpec

VERSION = 1
STOPWATCHES = {  # interpreter -> module that offers open_stopwatch(engine, threads, folder)
    "litert": "featherface_converters.stopwatch",
    "onnx": "featherface_converters.stopwatch",
    "openvino": "featherface_converters.stopwatch",
}
MILLION = 1e6


class Stopwatch(Protocol):
    """Measures INT8 milliseconds in an interpreter on this machine."""

    @property
    def board(self) -> Mapping[str, str]:
        """What times are comparable on: processor, interpreter, its version, threads."""
        ...

    def milliseconds(self, model: nn.Module, spec: ModelSpec) -> float:
        """The time of one inference of the network once it is INT8."""
        ...


def open_stopwatch(engine: str, threads: int, folder: Path) -> Stopwatch:
    """The stopwatch of an interpreter, which keeps its reference in the folder.

    Raises: UsageError for an unknown one, MissingDependencyError without the extra `convert`.
    """
    module = STOPWATCHES.get(engine, STOPWATCHES["litert"])
    made: Stopwatch = load(module, f"timing in {engine}", "convert").open_stopwatch(
        engine, threads, folder
    )
    return made


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a table holds for: network by name, canvas in pixels, and the stopwatch's board."""

    network: str
    width: int
    height: int
    board: Mapping[str, str]


Whole: TypeAlias = tuple[dict[str, int], float]  # what groups keep, milliseconds


@dataclass(slots=True)
class Measured:
    """Milliseconds of samples and of whole networks, some of which only check the table."""

    conditions: Conditions
    samples: dict[Sample, float] = field(default_factory=dict["Sample", float])
    wholes: list[Whole] = field(default_factory=list["Whole"])
    checks: list[Whole] = field(default_factory=list["Whole"])


class LatencyTable:
    """Predicts a network's milliseconds from its widths. path: of the measurements."""

    def __init__(self, anatomy: Anatomy, measured: Measured, path: Path) -> None:
        self.anatomy, self.measured, self.path = anatomy, measured, path
        self.costs = fitted_costs(measured.samples)
        rows = np.array([self._terms(anatomy.at(kept)) for kept, _ in measured.wholes])
        times = np.array([taken for _, taken in measured.wholes])
        self.factors, _ = explained(rows, times, times)

    def milliseconds(self, kept: Kept) -> float:
        """The time when groups keep so many channels; those that are not named keep all."""
        return float(self._terms(self.anatomy.at(kept)) @ self.factors)

    def _terms(self, census: Census) -> NDArray[np.float64]:
        convolutions = sum(self.costs.milliseconds(layer) for layer in census.layers)
        return np.array([1.0, convolutions, census.moved / MILLION])


def write_measured(path: Path, measured: Measured) -> None:
    """Keep measurements as JSON, whole or not at all."""
    plain = {
        "version": VERSION,
        "conditions": asdict(measured.conditions),
        "samples": [
            {**asdict(sample), "milliseconds": taken} for sample, taken in measured.samples.items()
        ],
        "wholes": _plain(measured.wholes),
        "checks": _plain(measured.checks),
    }
    write_text(path, json.dumps(plain, indent=1) + "\n")


def read_measured(path: Path, conditions: Conditions) -> Measured:
    """The measurements in the file; none where it is missing or holds for other conditions.

    Raises: DataError when the file is no such table.
    """
    if not path.is_file():
        return Measured(conditions)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["version"] != VERSION or found["conditions"] != asdict(conditions):
            return Measured(conditions)
        samples = dict(_sample(each) for each in found["samples"])
        wholes, checks = (
            [(dict(each["kept"]), float(each["milliseconds"])) for each in found[name]]
            for name in ("wholes", "checks")
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is no latency table ({type(error).__name__}: {error}): remove it"
        ) from error
    return Measured(conditions, samples, wholes, checks)


def _plain(wholes: list[Whole]) -> list[dict[str, object]]:
    return [{"kept": kept, "milliseconds": taken} for kept, taken in wholes]


def _sample(value: Mapping[str, JsonValue]) -> tuple[Sample, float]:
    entries = dict(value)
    taken = float(cast("float", entries.pop("milliseconds")))
    shape = Shape(**cast("dict[str, Any]", entries.pop("shape")))
    return Sample(shape, **cast("dict[str, int]", entries)), taken
