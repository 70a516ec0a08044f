"""What set to build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from featherface_calibration.archive.layout import require_suffix
from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

Method: TypeAlias = Literal["k-center", "facility-location", "random"]
Coding: TypeAlias = Literal["jpeg", "png"]
METHODS: tuple[Method, ...] = get_args(Method)
CODINGS: tuple[Coding, ...] = get_args(Coding)
CELL = 32  # sides of a canvas are multiples of the networks' largest stride
MOST_SIDE = 4096
MOST_SIZE = 2048


@dataclass(frozen=True, slots=True)
class Order:
    """A set to be built.

    sources: files, folders, lists, label files, videos, URIs of cameras and streams; none is the
    board's first camera. size: pictures in the set. out: its file. canvas: width and height,
    pixels. pad: RGB of the canvas where a frame does not reach. seconds: of every live source.
    every: frame that is looked at, of videos and cameras. anonymise: how faces are covered, empty
    where they are not. coding: of the pictures' files.
    """

    sources: tuple[str, ...]
    size: int
    out: Path
    canvas: tuple[int, int] = (320, 320)
    pad: tuple[int, int, int] = (128, 128, 128)
    seconds: float = 60.0
    every: int = 1
    method: Method = "k-center"
    seed: int = 0
    anonymise: str = ""
    coding: Coding = "jpeg"

    def __post_init__(self) -> None:
        require_suffix(self.out)
        width, height = self.canvas
        if width % CELL or height % CELL or not CELL <= min(self.canvas) <= MOST_SIDE:
            raise UsageError(
                f"the canvas is {width}x{height}, wanted multiples of {CELL} such as 320x256"
            )
        if not 1 <= self.size <= MOST_SIZE:
            raise UsageError(f"the set's size is {self.size}, wanted 1 to {MOST_SIZE}")
        if not self.seconds > 0 or self.every < 1 or self.seed < 0:
            given = f"seconds {self.seconds:g}, every {self.every}, seed {self.seed}"
            raise UsageError(f"{given}: wanted seconds above 0, every 1 or more, seed 0 or more")
