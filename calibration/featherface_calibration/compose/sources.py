"""Public-domain pictures that come inside well-known Python packages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.errors import MissingDependencyError
from featherface_edge.images import read_image

if TYPE_CHECKING:
    from featherface_edge.detection import FloatArray, Frame

Point = tuple[int, int]

PICTURES = {  # name -> package, path inside it
    "astronaut": ("skimage", "data/astronaut.png"),
    "hopper": ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg"),
    "camera": ("skimage", "data/camera.png"),
    "chelsea": ("skimage", "data/chelsea.png"),
    "coffee": ("skimage", "data/coffee.png"),
    "rocket": ("skimage", "data/rocket.jpg"),
    "hubble": ("skimage", "data/hubble_deep_field.jpg"),
    "brick": ("skimage", "data/brick.png"),
    "grass": ("skimage", "data/grass.png"),
    "gravel": ("skimage", "data/gravel.png"),
}

_ASTRONAUT_OUTLINE = (
    *((20, 512), (22, 470), (30, 400), (40, 330), (60, 275), (92, 240), (112, 212), (120, 175)),
    *((150, 150), (182, 150), (181, 131), (160, 115), (152, 85), (160, 50), (185, 24), (220, 13)),
    *((262, 20), (290, 42), (301, 78), (297, 108), (278, 130), (267, 138), (258, 160), (256, 178)),
    *((284, 198), (300, 230), (303, 250), (335, 280), (352, 312), (362, 346), (390, 345)),
    *((430, 352), (470, 375), (495, 415), (506, 460), (508, 512)),
)
_HOPPER_OUTLINE = (
    *((20, 600), (26, 520), (34, 450), (48, 400), (66, 378), (130, 368), (175, 350), (198, 330)),
    *((206, 312), (186, 297), (166, 275), (170, 258), (158, 235), (153, 205), (162, 185)),
    *((158, 160), (146, 152), (150, 112), (172, 88), (182, 58), (222, 32), (262, 22), (300, 30)),
    *((335, 52), (352, 82), (372, 97), (370, 160), (376, 195), (366, 240), (362, 280), (344, 300)),
    *((330, 318), (345, 338), (372, 352), (440, 366), (482, 384), (498, 430), (506, 520)),
    *((511, 600),),
)
_FEATHER_PX = 2.0
_FADE_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class Figure:
    """A person cut out of a portrait.

    pixels (H, W, 3): uint8 RGB. cover (H, W): 0 to 1, how much of a pixel is the person. face: x1,
    y1, x2, y2, pixels.
    """

    pixels: Frame
    cover: FloatArray
    face: tuple[int, int, int, int]

    def __post_init__(self) -> None:
        if self.cover.shape != self.pixels.shape[:2]:
            raise ValueError(f"cover is {self.cover.shape}, pixels are {self.pixels.shape}")


def picture_path(name: str) -> Path:
    """Give the file of a named picture inside its package.

    Raises: MissingDependencyError when that package is not installed.
    """
    package, inside = PICTURES[name]
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise MissingDependencyError("composing calibration scenes", package, "dev")
    return Path(spec.submodule_search_locations[0]) / inside


@cache
def picture(name: str) -> Frame:
    """Give a named picture, (H, W, 3) uint8 RGB."""
    return read_image(picture_path(name))


@cache
def figures() -> tuple[Figure, ...]:
    """Give the persons that scenes are composed with."""
    return (
        _cut_out(picture("astronaut"), _ASTRONAUT_OUTLINE, (174, 62, 272, 190)),
        _cut_out(picture("hopper"), _HOPPER_OUTLINE, (172, 124, 366, 338)),
    )


def _cut_out(pixels: Frame, outline: tuple[Point, ...], face: tuple[int, int, int, int]) -> Figure:
    height, width = pixels.shape[:2]
    inside = np.zeros((height, width), np.float32)
    cv2.fillPoly(inside, [np.array(outline, np.int32)], (1.0,))
    cover = np.asarray(cv2.GaussianBlur(inside, (0, 0), _FEATHER_PX), np.float32)
    rows = np.arange(height, 0, -1, dtype=np.float32)
    fade = np.minimum(rows / np.float32(height * _FADE_SHARE), np.float32(1.0))
    return Figure(pixels, cover * fade[:, None], face)
