"""All that the verdict knows of one picture of a set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_calibration.verdict.pixels import Pixels, pixels
from featherface_edge.lookalikes import difference_hash
from featherface_edge.progress import silent, told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from featherface_calibration.probe_model import Look, Probe
    from featherface_edge.detection import Detections, FloatArray, Frame

EARLY = "fine"  # the block of the probe that colours are seen in
SKIN = 0.25  # of a box, at each side, that is not looked at for the colour of its face
LEAST_SIDE = 6.0  # pixels: smaller faces tell nothing of colours
LEAST_DISTANCE = 4.0  # pixels, from the eyes to the mouth: below, proportions are chance


@dataclass(frozen=True, slots=True)
class Sight:
    """One canvas.

    embedding (32,): the probe's. early (E,): log1p of highs and means in the probe's first block.
    peaks (T,): the greatest value of each tensor behind a ReLU. limits (9, 2): of the raw outputs.
    sizes (F,): of faces, square roots of their areas, pixels of the canvas. warmth (F,): of faces,
    mean red minus blue, NaN where too small. proportions (F,): of faces, eyes apart over eyes to
    mouth, NaN where too small. alike: the difference hash.
    """

    embedding: FloatArray
    early: FloatArray
    peaks: FloatArray
    limits: FloatArray
    sizes: FloatArray
    warmth: FloatArray
    proportions: FloatArray
    pixels: Pixels
    alike: int


def sights(
    canvases: Sequence[Frame], probe: Probe, tell: Callable[[float], None] = silent
) -> list[Sight]:
    """Give what is to be known of each canvas; tell: given the share that is done, 0 to 1."""
    return [sight(canvas, probe) for canvas in told(canvases, tell)]


def sight(canvas: Frame, probe: Probe) -> Sight:
    """Give what is to be known of the canvas (H, W, 3) uint8 RGB.

    Raises: ImageError when its sides are no multiples of 32.
    """
    look = probe.look(canvas)
    boxes = look.faces.boxes
    return Sight(
        embedding=look.embedding,
        early=_early(look, probe),
        peaks=np.array(
            [look.highs[each.begin : each.end].max() for each in probe.tensors], np.float32
        ),
        limits=look.limits,
        sizes=np.sqrt((boxes[:, 2:] - boxes[:, :2]).clip(0).prod(axis=1)),
        warmth=np.array([_warmth(canvas, box) for box in boxes], np.float32),
        proportions=_proportions(look.faces),
        pixels=pixels(canvas),
        alike=difference_hash(canvas),
    )


def _early(look: Look, probe: Probe) -> FloatArray:
    end = max(each.end for each in probe.tensors if each.block == EARLY)
    values: FloatArray = np.log1p(np.concatenate((look.highs[:end], look.means[:end])))
    return values


def _warmth(canvas: Frame, box: FloatArray) -> float:
    """Give red minus blue in the middle of a box."""
    left, top, right, bottom = box.tolist()
    if min(right - left, bottom - top) < LEAST_SIDE:
        return float("nan")
    across, down = SKIN * (right - left), SKIN * (bottom - top)
    rows = slice(max(0, int(top + down)), max(0, int(bottom - down) + 1))
    columns = slice(max(0, int(left + across)), max(0, int(right - across) + 1))
    skin = canvas[rows, columns].reshape(-1, 3)
    return float(skin[:, 0].mean() - skin[:, 2].mean()) if len(skin) else float("nan")


def _proportions(faces: Detections) -> FloatArray:
    marks = faces.landmarks
    eyes, mouth = marks[:, :2], marks[:, 3:]
    apart = np.abs(eyes[:, 1, 0] - eyes[:, 0, 0])
    below = mouth[:, :, 1].mean(axis=1) - eyes[:, :, 1].mean(axis=1)
    found: FloatArray = np.where(below >= LEAST_DISTANCE, apart / np.maximum(below, 1), np.nan)
    return found.astype(np.float32)
