"""The file that describes another project's detector: TOML in, a record out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from featherface_edge.errors import UsageError
from featherface_edge.spec import (
    AnchorLevel,
    Colour,
    Decoding,
    Origin,
    Preprocessing,
    ScoreRule,
    Thresholds,
)
from featherface_edge.training.config.reader import Kind as FileKind
from featherface_edge.training.config.reader import preset_folder, read_record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from featherface_edge.spec import Kind

Activation = Literal["none", "sigmoid", "softmax"]
Product = Literal["plain", "root"]
Boxes = Literal["ssd", "distances", "centre-exp"]

SSD_VARIANCES, IN_STRIDES = (0.1, 0.2), (1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Input:
    """What the network is fed: (pixel - mean) * scale on a canvas of width times height pixels.

    colour: the order of its channels and of mean. pad: RGB, of the canvas beyond the picture.
    """

    width: int
    height: int
    colour: Colour
    mean: tuple[float, float, float]
    scale: float
    pad: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Level:
    """A grid of cells, so many pixels apart, with so many anchors in each.

    sizes: sides of the anchors, pixels; where the numbers count in strides, `anchors` is enough.
    """

    stride: int
    sizes: tuple[int, ...] = ()
    anchors: int = 1

    def __post_init__(self) -> None:
        if self.stride < 1 or self.anchors < 1:
            raise ValueError(
                f"a level has stride {self.stride} and {self.anchors} anchors, wanted at least 1"
            )


@dataclass(frozen=True, slots=True)
class Outputs:
    """Names of the file's tensors: one a level, finest first, or one that holds all levels."""

    score: tuple[str, ...]
    box: tuple[str, ...]
    landmark: tuple[str, ...] = ()
    objectness: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        every = (*self.score, *self.box, *self.landmark, *self.objectness)
        if not self.score or not self.box:
            raise ValueError("outputs.score or outputs.box is empty, wanted names of both")
        twice = [name for name, count in Counter(every).items() if count > 1]
        if twice:
            raise ValueError(f"outputs names {twice[0]!r} twice, wanted each tensor once")

    def by_kind(self) -> Mapping[Kind, tuple[str, ...]]:
        """The names of each kind that there is."""
        given: dict[Kind, tuple[str, ...]] = {
            "score": self.score,
            "objectness": self.objectness,
            "box": self.box,
            "landmark": self.landmark,
        }
        return {kind: names for kind, names in given.items() if names}


@dataclass(frozen=True, slots=True)
class Coding:
    """What the numbers of the outputs mean.

    activation: what turns a score output into probabilities; "none" where it holds them. product:
    how scores and objectness make one score. boxes: "ssd" by variances and anchors' sides;
    "centre-exp" the same in strides, without variances; "distances" of the sides in strides.
    origin: of the anchors in their cells.
    """

    activation: Activation
    boxes: Boxes
    origin: Origin = "centre"
    product: Product = "plain"
    variances: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """A single-stage face detector, with five landmarks or none."""

    network: str
    input: Input
    levels: tuple[Level, ...]
    outputs: Outputs
    coding: Coding
    thresholds: Thresholds = field(default_factory=Thresholds)

    def __post_init__(self) -> None:
        count = len(self.levels)
        for kind, names in self.outputs.by_kind().items():
            if len(names) not in {1, count}:
                raise ValueError(
                    f"outputs.{kind} has {len(names)} names, wanted {count}, one a level, or 1 "
                    "that holds all levels"
                )
        if self.coding.boxes == "ssd" and not all(level.sizes for level in self.levels):
            raise ValueError("boxes 'ssd' need levels.sizes, the sides of the anchors in pixels")
        strides = [level.stride for level in self.levels]
        if not strides or strides != sorted(set(strides)):
            raise ValueError(f"levels have strides {strides}, wanted some, rising")
        self.anchor_levels()

    def anchor_levels(self) -> tuple[AnchorLevel, ...]:
        """The levels with the sides that the numbers count in."""
        return tuple(
            AnchorLevel(level.stride, level.sizes or (level.stride,) * level.anchors)
            for level in self.levels
        )

    def preprocessing(self, size: tuple[int, int] | None) -> Preprocessing:
        """The rule for a canvas of this (width, height); the described one's own for None.

        Raises: UsageError when a side is no multiple of the largest stride.
        """
        given = self.input
        sides = size or (given.width, given.height)
        largest = self.levels[-1].stride
        if any(side % largest or side < largest for side in sides):
            raise UsageError(
                f"the canvas is {sides[0]}x{sides[1]}, wanted multiples of the largest stride, "
                f"{largest}: choose another size"
            )
        return Preprocessing(*sides, given.colour, given.mean, given.scale, given.pad)

    def variances(self) -> tuple[float, float]:
        """The factors of centres and landmarks, and of logarithms of sides."""
        usual = SSD_VARIANCES if self.coding.boxes == "ssd" else IN_STRIDES
        return self.coding.variances or usual

    def decoding(self, activation: Activation) -> Decoding:
        """How the raw maps are read, when this is what turns them into probabilities."""
        single: ScoreRule = "probability" if activation == "none" else "sigmoid"
        paired: ScoreRule = "root-product" if self.coding.product == "root" else "product"
        return Decoding(
            scores=paired if self.outputs.objectness else single,
            boxes="distances" if self.coding.boxes == "distances" else "ssd",
            origin=self.coding.origin,
            landmarks="centres" if self.outputs.landmark else "none",
        )


DESCRIPTIONS = FileKind(
    Description, preset_folder("featherface_converters.foreign"), "description of a detector"
)


def read_description(path: Path) -> Description:
    """The record of a TOML file, or of a shipped one of this name.

    Raises: UsageError, with the key, when the file cannot be read or says what cannot be.
    """
    return read_record(DESCRIPTIONS, path)
