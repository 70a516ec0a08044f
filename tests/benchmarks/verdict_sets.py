"""Sets of calibration canvases of known size, kind and fault, from photographs of several kinds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.images import read_image
from tests.benchmarks.verdict_changes import CHANGES, FAULTS, LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from featherface_edge.detection import Frame
    from featherface_edge.spec import Preprocessing

KINDS = ("wider_test", "wider_train", "masks", "masks_ilc", "fddb", "keypoints", "no_face")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A set: `count` photographs of `kinds` in turn, drawn by `seed`, each made by `change`.

    share: of the canvases that are changed, the others are as they should be. group: what varies.
    """

    group: str
    kinds: tuple[str, ...]
    count: int
    seed: int = 0
    change: str = "none"
    share: float = 1.0

    @property
    def name(self) -> str:
        """Tells the recipe from all others."""
        kinds = "mix" if self.kinds == KINDS else "+".join(self.kinds)
        share = "" if self.share == 1 else f"-{self.share:.0%}"
        return f"{kinds}-{self.count}-{self.change}{share}-{self.seed}"


def recipes() -> list[Recipe]:
    """All sets of the study."""
    sizes = [Recipe("size", KINDS, n, seed) for n in (4, 8, 16, 32, 64, 128) for seed in (0, 1)]
    sizes += [Recipe("size", KINDS, 4, 2), Recipe("size", KINDS, 16, 2)]
    domains = [Recipe("domain", (kind,), n) for n in (12, 64) for kind in KINDS]
    conditions = [Recipe("condition", KINDS, 32, 3, each) for each in LIGHT]
    faults = [Recipe("fault", KINDS, 32, 4, each) for each in FAULTS]
    part = [Recipe("fault", KINDS, 32, 5, each, 0.25) for each in ("bgr", "twice", "noise")]
    return [*sizes, *conditions, *faults, *part, *domains]


def halves(faces: Path) -> tuple[Mapping[str, Sequence[Path]], Mapping[str, Sequence[Path]]]:
    """The photographs by kind: those that references are made of, and those that sets are.

    faces: a folder with calib.jsonl and train.jsonl.
    """
    files: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for split in ("calib", "train"):
        for line in (faces / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            files[row["set"]].append(row["file"])
    drawn = {
        kind: [faces / name for name in sorted(names, key=_digest)] for kind, names in files.items()
    }
    return {k: v[::2] for k, v in drawn.items()}, {k: v[1::2] for k, v in drawn.items()}


def canvases(
    recipe: Recipe, pools: Mapping[str, Sequence[Path]], rule: Preprocessing
) -> Iterator[Frame]:
    """Yields the canvases (H, W, 3) uint8 RGB of a recipe."""
    dice = np.random.default_rng(recipe.seed)
    orders: dict[str, list[int]] = {
        kind: dice.permutation(len(pools[kind])).tolist() for kind in recipe.kinds
    }
    changed = round(recipe.count * recipe.share)
    for place in range(recipe.count):
        turn, column = divmod(place, len(recipe.kinds))
        kind = recipe.kinds[column]
        order = orders[kind]
        frame = read_image(pools[kind][order[turn % len(order)]])
        change = recipe.change if place < changed else "none"
        yield CHANGES[change](frame, rule, place)


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
