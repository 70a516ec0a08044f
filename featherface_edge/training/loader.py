"""The crops of a run, batch by batch, prepared ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from featherface_edge.data.augment.light import mirror_image
from featherface_edge.errors import FeatherfaceError

if TYPE_CHECKING:
    from featherface_edge.data.augment import Sampler
    from featherface_edge.data.types import Crop, Faces
    from featherface_edge.training.config.records import LoopConfig

START = "spawn"  # a fork would copy locks that the threads of PyTorch and others hold
CROWD = 4  # a batch of twice the side has a quarter of the crops
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Crops (N, S, S, 3), uint8 RGB, their faces in crop pixels, and their numbers in the plan."""

    canvases: Tensor
    faces: list[Faces]
    crops: list[int]


class _Crops(Dataset[tuple[int, "Crop"]]):
    """The crops by number and side; what goes wrong in a worker is handed over, not raised there.

    A worker's exception would come back with its whole traceback as its text.
    """

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler

    def __getitems__(self, places: Sequence[Place]) -> list[tuple[int, Crop]] | FeatherfaceError:
        try:
            return [(number, self._crop(number, side)) for number, side in places]
        except FeatherfaceError as error:
            return error

    def _crop(self, number: int, side: int) -> Crop:
        if number >= 0:
            return self._sampler.sample(number, side)
        return mirror_image(self._sampler.sample(~number, side))


class Plan(Sequence[list[Place]]):
    """The numbers and sides of the crops of every step, from a step on, for one of the processes.

    Crop numbers follow from the step alone, so that a resumed run and a run on more processes see
    the same crops. A negative number ~n stands for the mirror image of crop n: of distinct crops,
    every second pass shows those.
    """

    def __init__(self, config: LoopConfig, steps: range, rank: int, world: int) -> None:
        self._config, self._steps, self._rank, self._world = config, steps, rank, world

    def __len__(self) -> int:
        return len(self._steps)

    def __getitem__(self, place: int) -> list[Place]:  # type: ignore[override]
        step, config = self._steps[place], self._config
        large = config.large_every and step % config.large_every == config.large_every - 1
        count, side = (
            (config.batch // CROWD, 2 * config.side) if large else (config.batch, config.side)
        )
        first = step * config.batch
        numbers = [first + item for item in range(self._rank, count, self._world)]
        return [(_drawn(number, config.distinct), side) for number in numbers]


def _drawn(number: int, distinct: int) -> int:
    """The crop that stands at this place of a run of so many distinct ones, 0 = all are."""
    if not distinct:
        return number
    passes, crop = divmod(number, distinct)
    return ~crop if passes % 2 else crop


def batches(
    sampler: Sampler, config: LoopConfig, steps: range, rank: int, world: int
) -> Iterator[Batch]:
    """The batches of these steps, in order.

    Raises: ImageError when a photograph cannot be read.
    """
    loader = DataLoader(
        _Crops(sampler),
        batch_sampler=Plan(config, steps, rank, world),
        num_workers=config.workers,
        collate_fn=_collated,
        multiprocessing_context=START if config.workers else None,
        worker_init_fn=_quiet if config.workers else None,
        prefetch_factor=2 if config.workers else None,
    )
    for batch in loader:
        if isinstance(batch, FeatherfaceError):
            raise batch
        yield batch


def _collated(items: list[tuple[int, Crop]] | FeatherfaceError) -> Batch | FeatherfaceError:
    if isinstance(items, FeatherfaceError):
        return items
    canvases = np.stack([crop.canvas for _, crop in items])
    return Batch(
        torch.from_numpy(canvases),
        [crop.faces for _, crop in items],
        [number for number, _ in items],
    )


def _quiet(_worker: int) -> None:
    """Workers leave the cores to the training process."""
    cv2.setNumThreads(0)
    torch.set_num_threads(1)
