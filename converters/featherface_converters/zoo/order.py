"""What a zoo is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SIZES = ((320, 320), (320, 256), (640, 480))
WITHIN = 0.5


@dataclass(frozen=True, slots=True)
class ZooOrder:
    """What to build.

    checkpoints: float networks. sizes: (width, height) of the canvases. shelf: the folder that the
    zoo replaces. work: where conversions and answers are kept between runs. val: labelled pictures
    for average precision, with ground_truth, the folder of WIDER FACE's .mat files. landmarks:
    labelled pictures, those with five points count. references: folder of a rival's model files
    with our manifest, several sizes and precisions. within: most time of the default model, in
    units of the rival's at 640x640. tune: photographs to tune INT8 weights with where rounding
    costs too much, None = never. proof: photographs that conversions are proven with, None =
    the shipped ones.
    """

    checkpoints: tuple[Path, ...]
    shelf: Path
    work: Path
    val: Path
    ground_truth: Path
    landmarks: Path
    references: Path
    sizes: tuple[tuple[int, int], ...] = SIZES
    within: float = WITHIN
    tune: Path | None = None
    proof: Path | None = None

    def __post_init__(self) -> None:
        if not self.checkpoints or not self.sizes:
            raise ValueError("checkpoints or sizes are empty, wanted at least one of each")
        if self.within <= 0:
            raise ValueError(f"within is {self.within}, wanted above 0")
