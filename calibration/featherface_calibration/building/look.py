"""What is noted of a frame: its picture on the canvas, figures, faces, embedding and hash."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from featherface_calibration.archive import Face
from featherface_calibration.building.runtime import covered
from featherface_calibration.probe_model import Probe
from featherface_edge.detection import letterbox
from featherface_edge.lookalikes import difference_hash

if TYPE_CHECKING:
    from featherface_calibration.building.order import Order
    from featherface_edge.detection import Detections, Frame
    from featherface_edge.detection.types import FloatArray
    from featherface_edge.spec import Preprocessing

EMBEDDING = "probe-1"
SURE = 0.5  # score of a face that counts
UNSURE = 0.1  # score of a face that is covered where faces are
_PIXELS, _DIGITS = 1, 4


@dataclass(frozen=True, slots=True)
class Sight:
    """A picture (H, W, 3) without padding, its faces in pixels of it, and how it compares.

    embedding (D,): of the canvas. gradient: its difference hash.
    """

    picture: Frame
    faces: tuple[Face, ...]
    embedding: FloatArray
    gradient: int


class Looker:
    """Looks at pictures with the probe, and covers their faces where the order wants it."""

    def __init__(self, order: Order) -> None:
        self._probe = Probe()
        self._cover = order.anonymise
        spec = self._probe.spec
        self._probe.spec = replace(spec, thresholds=replace(spec.thresholds, score=UNSURE))
        width, height = order.canvas
        self.preprocessing: Preprocessing = replace(
            spec.preprocessing, width=width, height=height, pad=order.pad
        )

    @property
    def model(self) -> str:
        """The network that looks for faces, with its version."""
        return f"{self._probe.spec.network} {self._probe.spec.version}"

    def picture(self, frame: Frame) -> Frame:
        """Give what of the canvas is the frame (H, W, 3)."""
        canvas, placement = letterbox(frame, self.preprocessing)
        width = round(placement.scale_x * placement.frame_width)
        height = round(placement.scale_y * placement.frame_height)
        return canvas[:height, :width]

    def look(self, picture: Frame) -> Sight:
        """Give what is noted of the picture, its faces covered where that is wanted."""
        seen = self._probe.look(letterbox(picture, self.preprocessing)[0])
        faces = _sure(seen.faces)
        if self._cover and len(seen.faces):
            picture = covered(picture, seen.faces.boxes, self._cover)
            seen = self._probe.look(letterbox(picture, self.preprocessing)[0])
        return Sight(picture, faces, seen.embedding, difference_hash(picture))


def _sure(found: Detections) -> tuple[Face, ...]:
    return tuple(
        Face(_rounded(box), round(float(score), _DIGITS))
        for box, score in zip(found.boxes, found.scores, strict=True)
        if score >= SURE
    )


def _rounded(box: FloatArray) -> tuple[float, float, float, float]:
    left, top, right, bottom = np.round(box.astype(np.float64), _PIXELS).tolist()
    return left, top, right, bottom
