"""The seam between the recipes of crops and the options that mix them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np

    from featherface_edge.data.augment.album import Album
    from featherface_edge.data.augment.pictures import Picture
    from featherface_edge.data.types import Crop, Photograph
    from featherface_edge.detection.types import Frame


class Recipe(Protocol):
    """One way to make a training crop of a photograph."""

    def crop(self, random: np.random.Generator, photograph: Photograph, side: int) -> Crop:
        """A crop (side, side, 3) of the photograph, mirrored at times, in changed light."""
        ...

    def lit(self, random: np.random.Generator, frame: Frame) -> Frame:
        """The frame in changed light."""
        ...

    def opened(self, photograph: Photograph) -> Picture:
        """The photograph's size and pixels."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where options take their crops from."""

    album: Album
    recipe: Recipe

    def crop(self, random: np.random.Generator, side: int) -> Crop:
        """A crop of any photograph."""
        return self.recipe.crop(random, self.album.drawn(random), side)
