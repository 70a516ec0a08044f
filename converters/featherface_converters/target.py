"""The seam behind which every format and precision stands, and the job it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from featherface_converters.formats.options import DEFAULT
from featherface_edge.errors import ConversionError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch.fx import GraphModule

    from featherface_converters.formats.capability import Capability
    from featherface_converters.formats.options import Options
    from featherface_converters.plan.record import Plan
    from featherface_converters.statistics import Statistics
    from featherface_edge.detection import Frame
    from featherface_edge.spec import Calibration, ModelSpec, Precision


@dataclass(frozen=True, slots=True)
class Measured:
    """What INT8 targets know of a graph's values.

    canvases: (H, W, 3) uint8 RGB, that the statistics were measured on. corrected: the same graph
    with biases for rounded kernels and activations. calibration: where the canvases are from.
    settled: whether the biases are those of the one target that the job is for, as after tuning.
    """

    canvases: Sequence[Frame]
    statistics: Statistics
    corrected: GraphModule
    calibration: Calibration
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A prepared network on its way to a file.

    graph: takes (1, 3, H, W), RGB pixels minus 128, gives the maps in the order of spec.outputs.
    values: what was measured on it, for INT8 targets alone. plan: that those quantize by.
    """

    spec: ModelSpec
    graph: GraphModule
    values: Measured | None = None
    plan: Plan | None = None

    @property
    def measured(self) -> Measured:
        """What was measured on the graph.

        Raises: ValueError in the job of a float target.
        """
        if self.values is None:
            raise ValueError(f"the job of {self.spec.network} is a float one, wanted an INT8 one")
        return self.values


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a target makes and with what.

    form: its line of the table. packages: distributions whose versions the manifest notes. method:
    of quantization, INT8 only. options: what was chosen of it.
    """

    form: Capability
    packages: tuple[str, ...]
    method: str = ""
    options: Options = DEFAULT

    def __post_init__(self) -> None:
        if (self.precision == "int8") != bool(self.method):
            raise ValueError(
                f"a method belongs to int8 alone, got {self.precision} and {self.method!r}"
            )

    @property
    def precision(self) -> Precision:
        """Of its weights."""
        return self.form.precision

    @property
    def suffix(self) -> str:
        """Of its file."""
        return self.form.suffix

    @property
    def variant(self) -> str:
        """What tells its file's name from that of the plain form, such as "-uint8io"."""
        chosen = self.options
        free = ("-dynamic" if "width" in chosen.dynamic else "-batch") if chosen.dynamic else ""
        flavour = f"-{chosen.flavour}" if chosen.flavour else ""
        return f"{free}{flavour}{f'-{chosen.io}io' if chosen.io else ''}"


class Target(Protocol):
    """One format in one precision."""

    @property
    def recipe(self) -> Recipe:
        """What this target makes."""
        ...

    def write(self, job: Job, path: Path) -> None:
        """Writes the model file, without a manifest.

        Raises: ConversionError when the network holds what the format cannot express.
        """
        ...

    def embed(self, path: Path, manifest: str) -> None:
        """Puts the manifest's JSON text into a written file, in place of an earlier one."""
        ...


def refusal(network: str, recipe: Recipe, reason: str) -> ConversionError:
    """The error of a network that a target cannot take."""
    return ConversionError(f"{network} cannot become {recipe.precision} {recipe.suffix}: {reason}")
