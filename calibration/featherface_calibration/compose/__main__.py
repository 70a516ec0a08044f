"""The command that writes the shipped photographs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

from featherface_calibration.compose.scenes import RECIPES, Recipe, compose
from featherface_calibration.compose.sources import picture
from featherface_edge.errors import FeatherfaceError
from featherface_edge.files import write_bytes

_SEED = {"calibration": 20, "proof": 71}
_QUALITY = (70, 90)
_DEMO = ("astronaut", "hopper")
_DEMO_QUALITY = 92


def scene(split: str, number: int, recipe: Recipe) -> bytes:
    """Give the JPEG file of the scene `number` of a split."""
    rng = np.random.default_rng((_SEED[split], number))
    pixels = compose(recipe, rng)
    return _jpeg(pixels, int(rng.integers(*_QUALITY)))


def _jpeg(pixels: np.typing.NDArray[np.uint8], quality: int) -> bytes:
    _, data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()


def _write(folder: Path) -> int:
    """Give the number of photographs written below `folder`."""
    count = 0
    for split, recipes in RECIPES.items():
        for number, recipe in enumerate(recipes):
            name = f"{number:02d}-{recipe.kind}-{recipe.background}.jpg"
            write_bytes(folder / split / name, scene(split, number, recipe))
            count += 1
    for name in _DEMO:
        write_bytes(folder / "demo" / f"{name}.jpg", _jpeg(picture(name), _DEMO_QUALITY))
        count += 1
    return count


def main() -> int:
    """Give the exit status: 0, or 2 when a package with pictures is missing."""
    parser = argparse.ArgumentParser(prog="featherface_calibration.compose", description=__doc__)
    parser.add_argument("folder", type=Path, help="where calibration/, proof/ and demo/ go")
    folder = parser.parse_args().folder
    try:
        count = _write(folder)
    except FeatherfaceError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{count} photographs in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
