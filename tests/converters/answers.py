"""What the files that targets make say to pictures, and how far that is from what is wanted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from featherface_converters.formats.engines import open_engine
from featherface_converters.targets import open_target
from featherface_edge.spec import to_json
from featherface_runtime.backends import BackendOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from torch import Tensor

    from featherface_converters.target import Job
    from featherface_edge.detection import FloatArray, Frame


def said(path: Path, canvases: Iterable[Frame]) -> list[list[FloatArray]]:
    """The maps (rows, columns, channels) of a file, for each canvas."""
    backend = open_engine(path, BackendOptions(threads=1))
    found = [[np.array(each) for each in backend.infer(canvas)] for canvas in canvases]
    backend.close()
    return found


def answers(
    target: str, job: Job, folder: Path, canvases: Iterable[Frame]
) -> list[list[FloatArray]]:
    """The same of the file that a target makes of the job in the folder."""
    made = open_target(target)
    path = folder / f"model{made.recipe.suffix}"
    made.write(job, path)
    made.embed(path, to_json(job.spec))
    return said(path, canvases)


def as_said(maps: Iterable[Tensor]) -> list[FloatArray]:
    """A network's maps (1, channels, rows, columns) in the form of a file's."""
    return [each[0].permute(1, 2, 0).numpy() for each in maps]


def distance(one: Sequence[FloatArray], two: Sequence[FloatArray]) -> float:
    """How far maps are from others, as a share of the latter."""
    error = sum(float(np.square(a - b).sum()) for a, b in zip(one, two, strict=True))
    return math.sqrt(error / sum(float(np.square(b).sum()) for b in two))
