"""Crops by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.data.augment.album import Album
from featherface_edge.data.augment.mixing import cutmix, mixup
from featherface_edge.data.augment.mosaic import mosaic
from featherface_edge.data.augment.published import Published
from featherface_edge.data.augment.recipes import Source
from featherface_edge.data.augment.scales import Scales
from featherface_edge.data.augment.small_faces import small_faces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from featherface_edge.data.augment.recipes import Recipe
    from featherface_edge.data.config import AugmentConfig
    from featherface_edge.data.config import Recipe as RecipeName
    from featherface_edge.data.types import Crop, Photograph

    Colour = tuple[int, int, int]

OPTIONS = 1  # the second stream of random numbers; the first one serves the recipe alone


def _published(config: AugmentConfig, pad: Colour) -> Recipe:
    return Published(pad, config.reduced_decode)


def _scales(config: AugmentConfig, pad: Colour) -> Recipe:
    return Scales(config.long_side, config.aim, pad)


RECIPES: dict[RecipeName, Callable[[AugmentConfig, Colour], Recipe]] = {
    "published": _published,
    "scales": _scales,
}


class Sampler:
    """Training crops of photographs.

    Crop i of one seed and side is always the same, whoever asks for it and in which order. pad:
    colour beside the photographs, RGB.

    Raises: DataError when there is no photograph, or none is ever to be drawn.
    """

    def __init__(
        self, photographs: Sequence[Photograph], config: AugmentConfig, *, seed: int, pad: Colour
    ) -> None:
        self._source = Source(Album(photographs), RECIPES[config.recipe](config, pad))
        self._config = config
        self._seed = seed

    def sample(self, index: int, side: int) -> Crop:
        """Crop number `index`, (side, side, 3).

        Raises: ImageError, naming the file, when a photograph cannot be read.
        """
        options = np.random.default_rng((self._seed, index, OPTIONS))
        small, tiled, blended, pasted = options.random(4).tolist()
        crop = self._composed(index, side, (small, tiled), options)
        if blended < self._config.mixup:
            crop = mixup(options, crop, self._source.crop(options, side))
        if pasted < self._config.cutmix:
            crop = cutmix(options, crop, self._source.crop(options, side))
        return crop

    def _composed(
        self, index: int, side: int, coins: tuple[float, float], options: np.random.Generator
    ) -> Crop:
        small, tiled = coins
        if small < self._config.small_faces:
            return small_faces(options, self._source, side)
        if tiled < self._config.mosaic:
            return mosaic(options, self._source, side)
        return self._source.crop(np.random.default_rng((self._seed, index)), side)
