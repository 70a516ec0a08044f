"""Pictures for the steps of a tuning: which ones, and which part of each, is fixed by the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from featherface_converters.statistics import signed_pixels
from featherface_edge.detection import letterbox
from featherface_edge.images import read_image

if TYPE_CHECKING:
    from torch import Tensor

    from featherface_calibration import CalibrationSet
    from featherface_edge.detection import Frame
    from featherface_edge.spec import Preprocessing

MOST_SIDE = 320  # of what is learned from at once: four such parts cost what one canvas of 640 does
_EPOCH, _PART = 0, 1  # streams of chance


class Parts:
    """Parts of canvases, as the runtime makes them, half of them mirrored."""

    def __init__(
        self, photographs: CalibrationSet, preprocessing: Preprocessing, seed: int
    ) -> None:
        photographs.require_fit(preprocessing)
        self._files = photographs.files
        self._preprocessing = preprocessing
        self._seed = seed
        self.width = min(preprocessing.width, MOST_SIDE)
        self.height = min(preprocessing.height, MOST_SIDE)

    def batch(self, step: int, count: int) -> Tensor:
        """The pictures of a step, (count, 3, height, width), RGB minus 128."""
        places = range(step * count, (step + 1) * count)
        return torch.from_numpy(np.concatenate([signed_pixels(self._part(at)) for at in places]))

    def _part(self, place: int) -> Frame:
        """The part at this place of an endless line, in which all photographs come in turn."""
        epoch, index = divmod(place, len(self._files))
        order = np.random.default_rng((self._seed, _EPOCH, epoch)).permutation(len(self._files))
        file = self._files[int(order[index])]
        canvas, _ = letterbox(read_image(file), self._preprocessing)
        dice = np.random.default_rng((self._seed, _PART, place))
        size = self._preprocessing
        top = int(dice.integers(size.height - self.height + 1))
        left = int(dice.integers(size.width - self.width + 1))
        part = canvas[top : top + self.height, left : left + self.width]
        return part[:, ::-1] if dice.random() < 0.5 else part  # noqa: PLR2004 - half of them
