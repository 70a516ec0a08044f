"""What a training file says about photographs and crops."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the reader of training files needs it
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - the reader of training files needs it
from typing import Literal

Recipe = Literal["published", "scales"]


@dataclass(frozen=True, slots=True)
class DataConfig:
    """Where the photographs come from.

    train: label files or folders in any format that `read_dataset` knows. val: the set that decides
    which checkpoint is best; none = the last one is. ground_truth: folder of the official WIDER
    FACE .mat files, for the subsets easy, medium and hard of `val`. teacher_guesses,
    second_guesses: pseudo-labels (gzip JSON lines) of two detectors, merged into the labels.
    complete: sets whose labels name every face; the others' unlabelled faces are left to the
    pseudo-labels. shares: share of the crops by set; without it every photograph counts alike.
    """

    train: tuple[Path, ...]
    val: Path | None = None
    ground_truth: Path | None = None
    teacher_guesses: tuple[Path, ...] = ()
    second_guesses: tuple[Path, ...] = ()
    complete: tuple[str, ...] = ()
    shares: Mapping[str, float] = field(default_factory=dict[str, float])

    def __post_init__(self) -> None:
        if not self.train:
            raise ValueError("data.train names no label file, wanted at least one")
        if any(share < 0 for share in self.shares.values()):
            raise ValueError(f"data.shares are {dict(self.shares)}, wanted none below 0")


@dataclass(frozen=True, slots=True)
class AugmentConfig:
    """How crops are drawn.

    recipe: `published` is the random square crop of RetinaFace and FeatherFace; `scales` draws the
    long side of the scaled photograph from `long_side` (pixels; for sides above 320 at least three
    quarters of the side) and aims at a face with the chance `aim`. small_faces: share of crops that
    shrink a photograph until a face is 8 to 24 pixels. mosaic: share of the other crops that are
    put together from four photographs. mixup, cutmix: chance that another photograph is blended
    into a crop, or a rectangle of one pasted on it. reduced_decode: `published` reads large JPEG
    files at a half, a quarter or an eighth where the crop shrinks them that much; faster, and not
    pixel for pixel the same.
    """

    recipe: Recipe = "published"
    long_side: tuple[int, int] = (320, 1152)
    aim: float = 0.5
    mosaic: float = 0.0
    mixup: float = 0.0
    cutmix: float = 0.0
    small_faces: float = 0.0
    reduced_decode: bool = False

    def __post_init__(self) -> None:
        for name in ("aim", "mosaic", "mixup", "cutmix", "small_faces"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"augment.{name} is {getattr(self, name)}, wanted 0 to 1")
        low, high = self.long_side
        if not 0 < low <= high:
            raise ValueError(f"augment.long_side is {self.long_side}, wanted two rising sides")
