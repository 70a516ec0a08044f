"""Scenes with faces of many sizes, each drawn from its own seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from featherface_calibration.compose.light import figure_light, relight, scene_light
from featherface_calibration.compose.placing import Pose, lay
from featherface_calibration.compose.sources import figures, picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_edge.detection import Frame

Kind = Literal["portrait", "group", "crowd", "mixed", "empty"]

_TURN_DEG = 20.0
_STRETCH = (0.88, 1.14)
_CROWD_TALLEST = 44.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a scene is made of. background: a name of PICTURES; width, height: pixels."""

    kind: Kind
    background: str
    width: int
    height: int


RECIPES: dict[str, tuple[Recipe, ...]] = {
    "calibration": (
        Recipe("portrait", "astronaut", 480, 640),
        Recipe("portrait", "astronaut", 640, 480),
        Recipe("portrait", "astronaut", 640, 640),
        Recipe("portrait", "hopper", 512, 640),
        Recipe("portrait", "hopper", 640, 427),
        Recipe("portrait", "hopper", 640, 640),
        Recipe("group", "coffee", 640, 480),
        Recipe("group", "chelsea", 640, 427),
        Recipe("group", "rocket", 640, 400),
        Recipe("group", "brick", 640, 480),
        Recipe("group", "camera", 640, 640),
        Recipe("group", "astronaut", 640, 480),
        Recipe("group", "hopper", 640, 512),
        Recipe("crowd", "rocket", 640, 427),
        Recipe("crowd", "brick", 640, 480),
        Recipe("crowd", "coffee", 640, 360),
        Recipe("crowd", "camera", 640, 640),
        Recipe("crowd", "chelsea", 480, 640),
        Recipe("mixed", "coffee", 640, 480),
        Recipe("mixed", "rocket", 480, 640),
        Recipe("mixed", "brick", 640, 427),
        Recipe("mixed", "chelsea", 640, 480),
        Recipe("mixed", "camera", 640, 512),
        Recipe("empty", "coffee", 640, 427),
    ),
    "proof": (
        Recipe("portrait", "astronaut", 512, 640),
        Recipe("portrait", "hopper", 480, 640),
        Recipe("portrait", "hopper", 640, 480),
        Recipe("group", "gravel", 640, 480),
        Recipe("group", "grass", 640, 427),
        Recipe("group", "hubble", 640, 480),
        Recipe("group", "gravel", 480, 640),
        Recipe("crowd", "grass", 640, 480),
        Recipe("crowd", "hubble", 640, 427),
        Recipe("crowd", "gravel", 640, 640),
        Recipe("mixed", "grass", 640, 480),
        Recipe("mixed", "hubble", 480, 640),
    ),
}


def compose(recipe: Recipe, rng: np.random.Generator) -> Frame:
    """Give the scene, (recipe.height, recipe.width, 3) uint8 RGB."""
    scene = _SCENES[recipe.kind](recipe, rng)
    return relight(scene, scene_light(rng), rng)


def _empty(recipe: Recipe, rng: np.random.Generator) -> Frame:
    """Give a random part of the background, mirrored half the time, at least half its size."""
    source = picture(recipe.background)
    height, width = source.shape[:2]
    reach = min(width / recipe.width, height / recipe.height) * rng.uniform(0.6, 1.0)
    part_width, part_height = int(recipe.width * reach), int(recipe.height * reach)
    left = int(rng.random() * (width - part_width))
    top = int(rng.random() * (height - part_height))
    part = source[top : top + part_height, left : left + part_width]
    if rng.random() < 1 / 2:
        part = np.ascontiguousarray(part[:, ::-1])
    return np.asarray(cv2.resize(part, (recipe.width, recipe.height)), np.uint8)


def _portrait(recipe: Recipe, rng: np.random.Generator) -> Frame:
    """Give the portrait itself, cut closer around its face and turned a little."""
    source = picture(recipe.background)
    figure = next(each for each in figures() if each.pixels is source)
    left, top, right, bottom = figure.face
    height, width = source.shape[:2]
    scale = min((bottom - top) * rng.uniform(1.6, 3.2) / recipe.height, width / recipe.width)
    part_width, part_height = recipe.width * scale, min(recipe.height * scale, height)
    centre_x = _within((left + right) / 2, part_width / 2, width)
    centre_y = _within((top + bottom) / 2, part_height / 2, height)
    turn = float(rng.uniform(-_TURN_DEG, _TURN_DEG))
    matrix = cv2.getRotationMatrix2D((centre_x, centre_y), turn, 1 / scale)
    matrix[0, 2] += recipe.width / 2 - centre_x
    matrix[1, 2] += recipe.height / 2 - centre_y
    turned = cv2.warpAffine(
        source, matrix, (recipe.width, recipe.height), borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(turned[:, ::-1] if rng.random() < 1 / 2 else turned, np.uint8)


def _within(centre: float, half: float, length: float) -> float:
    """Give the centre nearest to `centre` from which `half` to both sides stays within `length`."""
    return min(max(centre, half), length - half)


def _group(recipe: Recipe, rng: np.random.Generator) -> Frame:
    """Give two to five people side by side, faces of 60 to 160 px."""
    count = int(rng.integers(2, 6))
    tall = min(160.0, 0.7 * recipe.width / count)
    return _people(recipe, rng, _row(recipe, rng, count, (0.6 * tall, tall)))


def _crowd(recipe: Recipe, rng: np.random.Generator) -> Frame:
    """Give rows of people, faces from 12 px far away to 40 px near by."""
    poses: list[Pose] = []
    y, tall = 0.18 * recipe.height, 12.0
    while y < recipe.height and tall < _CROWD_TALLEST:
        count = int(recipe.width / (tall * rng.uniform(2.2, 3.4)))
        poses += _row(recipe, rng, count, (0.85 * tall, 1.15 * tall), y)
        y, tall = y + 2.4 * tall, tall * 1.2
    return _people(recipe, rng, poses)


def _mixed(recipe: Recipe, rng: np.random.Generator) -> Frame:
    """Give small faces far away, some at talking distance and one close to the camera."""
    far = _row(recipe, rng, 9, (12.0, 26.0), 0.2 * recipe.height)
    middle = _row(recipe, rng, 4, (34.0, 84.0), 0.45 * recipe.height)
    near = Pose(
        centre_x=float(rng.uniform(0.25, 0.75) * recipe.width),
        centre_y=float(rng.uniform(0.6, 0.72) * recipe.height),
        face_height=float(rng.uniform(0.25, 0.42) * recipe.height),
        turn_deg=float(rng.uniform(-_TURN_DEG, _TURN_DEG)),
        stretch=float(rng.uniform(*_STRETCH)),
        mirrored=bool(rng.random() < 1 / 2),
    )
    return _people(recipe, rng, [*far, *middle, near])


def _row(
    recipe: Recipe,
    rng: np.random.Generator,
    count: int,
    tall: tuple[float, float],
    y: float | None = None,
) -> list[Pose]:
    """Give `count` people about a line at height y, or near the lower edge; tall: of a face, px."""
    step = recipe.width / count
    poses: list[Pose] = []
    for place in range(count):
        face_height = float(rng.uniform(*tall))
        base = recipe.height - 1.9 * face_height if y is None else y
        poses.append(
            Pose(
                centre_x=float((place + 0.5 + rng.uniform(-0.2, 0.2)) * step),
                centre_y=float(base + rng.uniform(-0.4, 0.4) * face_height),
                face_height=face_height,
                turn_deg=float(rng.uniform(-_TURN_DEG, _TURN_DEG)),
                stretch=float(rng.uniform(*_STRETCH)),
                mirrored=bool(rng.random() < 1 / 2),
            )
        )
    return poses


def _people(recipe: Recipe, rng: np.random.Generator, poses: list[Pose]) -> Frame:
    """Give the background with a person in each pose, the farthest first."""
    scene = _empty(recipe, rng)
    persons = figures()
    for pose in sorted(poses, key=lambda each: each.face_height):
        person = persons[int(rng.integers(len(persons)))]
        scene = lay(scene, person, relight(person.pixels, figure_light(rng), rng), pose)
    return scene


_SCENES: dict[Kind, Callable[[Recipe, np.random.Generator], Frame]] = {
    "portrait": _portrait,
    "group": _group,
    "crowd": _crowd,
    "mixed": _mixed,
    "empty": _empty,
}
