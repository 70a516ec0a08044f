"""The self-check of a file: what it gives for tiny inputs, and how near others must come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_calibration import shipped_proof
from featherface_edge.spec import Checks, from_json
from featherface_runtime.backends import BackendOptions, open_backend
from featherface_runtime.trust import (
    SIDE,
    canvases,
    deviations,
    noted,
    packed_picture,
    packed_values,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from featherface_edge.detection import FloatArray, Frame
    from featherface_edge.spec import Precision
    from featherface_runtime.backends import Backend

PICTURES = 2
SAMPLES = 32  # of a raw map for each input
COARSE = 8  # levels that become one, so that pictures pack well
# Legitimate engines differ by about as much as dithered inputs do: edge's INT8 maps by 0.03 to 0.15
# standard deviations in both cases; on a canvas of 64 x 64, where maps have few cells, one by 0.21.
# Swapped colours make 0.4 to 1.4, OpenVINO kept to SSE4.1 0.6 to 4.9. Float engines differ by less
# than 0.0001, in bfloat16 by 0.03 and more.
MARGIN = 3.0
LEAST: dict[Precision, float] = {"float32": 0.005, "float16": 0.03, "int8": 0.25}
MOST = 1.0  # what has nothing to do with the expected values is off by 1.4
DITHERED = 0.2  # of all pixel values
SEED = 7
DIGITS = 4


def measured(path: Path) -> Checks:
    """The self-check of a written file, run by the runtime's own backend.

    Tolerances are MARGIN times the largest difference that another number of threads makes or, of
    rounded maps, that inputs dithered by one level make.
    """
    backend = open_backend(path, BackendOptions(threads=1))
    spec = from_json(backend.manifest)
    pictures = [packed_picture(picture) for picture in _pictures()]
    frames = canvases(pictures, spec.preprocessing)
    expected = _given(backend, frames)
    others = [_threaded(path, frames)]
    if spec.precision == "int8":
        others.append(_given(backend, _dithered(frames)))
    backend.close()
    spread = np.max([deviations(expected, other) for other in others], axis=0)
    limits = np.clip(MARGIN * spread, LEAST[spec.precision], MOST)
    names = [output.name for output in spec.outputs]
    return Checks(
        pictures=tuple(pictures),
        samples=SAMPLES,
        expected=packed_values(expected),
        tolerances={
            name: round(float(limit), DIGITS) for name, limit in zip(names, limits, strict=True)
        },
        engine=backend.engine,
    )


def _pictures() -> list[Frame]:
    """The first photographs of the shipped proof, made tiny: users' own stay with them."""
    frames = [frame for frame, _ in zip(shipped_proof().frames(), range(PICTURES), strict=False)]
    return [_tiny(frame) for frame in frames]


def _tiny(frame: Frame) -> Frame:
    side = min(frame.shape[:2])
    small = cv2.resize(frame[:side, :side], (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return (small // COARSE * COARSE).astype(np.uint8)


def _given(backend: Backend, frames: Sequence[Frame]) -> FloatArray:
    return np.stack([noted(backend.infer(frame), SAMPLES) for frame in frames])


def _threaded(path: Path, frames: Sequence[Frame]) -> FloatArray:
    backend = open_backend(path, BackendOptions(threads=2))
    values = _given(backend, frames)
    backend.close()
    return values


def _dithered(frames: Sequence[Frame]) -> list[Frame]:
    random = np.random.default_rng(SEED)
    made: list[Frame] = []
    for frame in frames:
        moved = random.integers(-1, 2, frame.shape) * (random.random(frame.shape) < DITHERED)
        made.append(np.clip(frame + moved, 0, 255).astype(np.uint8))
    return made
