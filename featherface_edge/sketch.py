"""What pictures and answers of a model are like, in a few numbers: no picture can be had of them.

The runtime notes them of what a camera sees, a manifest has them of the pictures that calibrated,
and who compares the two knows whether the camera still sees what the model was made for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.letterbox import Placement
from featherface_edge.errors import DataError
from featherface_edge.files import write_text
from featherface_edge.spec.fields import items, numbers, record, text, texts, whole
from featherface_edge.spec.usual import QUANTILES, Usual

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from featherface_edge.detection.types import FloatArray, Frame
    from featherface_edge.spec.model_spec import JsonValue, ModelSpec, Preprocessing

SCHEMA_VERSION = 1
STEP = 4  # of the pixels that are looked at
PICTURE = (
    *("brightness", "contrast", "dark", "bright"),
    *("colour", "warmth", "green", "edges", "grain"),
)
_AXES = 2
_DARK, _BRIGHT = 5, 95  # percentiles of luma


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a camera saw through a model.

    model: of the manifest: network, size and weights_sha256. names (K,): of the numbers. seen: how
    many frames were looked at for it. samples (N, 1 + K): of some of them, evenly spread and in
    order: time.time(), then the numbers.
    """

    model: dict[str, str]
    names: tuple[str, ...]
    seen: int
    samples: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.samples.ndim != _AXES or self.samples.shape[1] != 1 + len(self.names):
            raise ValueError(
                f"samples have shape {self.samples.shape}, wanted {1 + len(self.names)} columns"
            )
        if not np.isfinite(self.samples).all():
            raise ValueError("samples hold numbers that are none")


def model_of(spec: ModelSpec) -> dict[str, str]:
    """Give what tells the model."""
    size = f"{spec.preprocessing.width}x{spec.preprocessing.height}"
    return {"network": spec.network, "size": size, "weights_sha256": spec.weights_sha256}


def write_sketch(path: Path, sketch: Sketch) -> None:
    """Write the file, whole or not at all."""
    samples = [[round(float(each), 3) for each in row] for row in sketch.samples]
    content = {
        "schema_version": SCHEMA_VERSION,
        "model": sketch.model,
        "names": list(sketch.names),
        "seen": sketch.seen,
        "samples": samples,
    }
    write_text(path, json.dumps(content))


def read_sketch(path: Path) -> Sketch:
    """Give what the file holds.

    Raises: DataError when it cannot be read or is no sketch.
    """
    try:
        value: JsonValue = json.loads(path.read_text(encoding="utf-8"))
        return _sketch(value)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check the path") from error
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{path} is no whole sketch ({error}): let fe-camera --sketch write a new one"
        ) from error


def usual(samples: FloatArray, names: Sequence[str]) -> Usual:
    """Give the quantiles of the numbers (N, K) of the pictures that calibrate."""
    levels = np.quantile(samples.astype(np.float64), np.linspace(0, 1, QUANTILES), axis=0)
    return Usual(
        len(samples),
        {
            name: tuple(round(float(each), 3) for each in levels[:, column])
            for column, name in enumerate(names)
        },
    )


def inside(canvas: Frame, rule: Preprocessing) -> Placement:
    """Give where the frame lies on a canvas (H, W, 3) that nothing else is known of."""
    padding = (canvas == np.array(rule.pad, np.uint8)).all(axis=2)
    height = len(padding) - _trailing(padding.all(axis=1))
    width = padding.shape[1] - _trailing(padding.all(axis=0))
    return Placement(1.0, 1.0, max(1, width), max(1, height))


def _trailing(flags: NDArray[np.bool_]) -> int:
    """Give how many at the end are true."""
    return int((~flags[::-1]).argmax()) if not flags.all() else len(flags)


def names_of(spec: ModelSpec) -> tuple[str, ...]:
    """Give the names of the numbers, in their order."""
    scores = [output.name for output in spec.outputs if output.kind == "score"]
    return (*PICTURE, *(f"{name} {kind}" for name in scores for kind in ("highest", "mean")))


def noted(
    canvas: Frame, placement: Placement, outputs: Sequence[FloatArray], spec: ModelSpec
) -> FloatArray:
    """Give the numbers (K,) float32 of a canvas (H, W, 3) and of the raw outputs for it."""
    width = max(STEP, round(placement.frame_width * placement.scale_x))
    height = max(STEP, round(placement.frame_height * placement.scale_y))
    found = [*_of_picture(canvas[:height, :width])]
    for output, values in zip(spec.outputs, outputs, strict=True):
        if output.kind == "score":
            found += [float(values.max()), float(values.mean())]
    return np.array(found, np.float32)


def _of_picture(picture: Frame) -> list[float]:
    rows = picture[::STEP].astype(np.int16)
    small = rows[:, ::STEP]
    luma = small.mean(axis=2)
    red, green, blue = (float(small[..., channel].mean()) for channel in range(3))
    line = rows[..., 1]
    dark, bright = np.percentile(luma, (_DARK, _BRIGHT)).tolist()
    second = np.abs(line[:, 2:] - 2 * line[:, 1:-1] + line[:, :-2])
    return [
        *(float(luma.mean()), float(luma.std()), dark, bright),
        *(float(np.ptp(small, axis=2).mean()), red - blue, green - (red + blue) / 2),
        float(np.abs(np.diff(line, axis=1)).mean()),
        float(np.median(second)) if second.size else 0.0,
    ]


def _sketch(value: JsonValue) -> Sketch:
    found = record(value, "sketch", ["schema_version", "model", "names", "seen", "samples"])
    if found["schema_version"] != SCHEMA_VERSION:
        raise ValueError(
            f"schema_version is {found['schema_version']!r}, this release knows {SCHEMA_VERSION}"
        )
    names = tuple(text(each, "names") for each in items(found["names"], "names"))
    width = 1 + len(names)
    rows = [numbers(row, "samples", width) for row in items(found["samples"], "samples")]
    return Sketch(
        model=texts(found["model"], "model"),
        names=names,
        seen=whole(found["seen"], "seen"),
        samples=np.array(rows, np.float64).reshape(-1, width),
    )
