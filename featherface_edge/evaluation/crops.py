"""Cut-outs of pictures around a box, with the boxes in them drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.resize import resize
from featherface_edge.optional import load

if TYPE_CHECKING:
    from featherface_edge.detection.types import FloatArray, Frame

SIDE = 220  # pixels of a cut-out's longer side
FOCUS_COLOUR, FACE_COLOUR, FOUND_COLOUR = (230, 30, 30), (40, 200, 60), (60, 140, 255)  # RGB

_CONTEXT = 1.4  # how far the cut-out reaches from the box's middle, in sides of the box
_LEAST_REACH = 28.0  # pixels
_FURTHEST = 1e6  # pixels, so that whole numbers hold any box
_QUALITY = 82


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture (H, W, 3), RGB uint8, its labelled faces (N, 4) and the found ones (M, 4)."""

    frame: Frame
    faces: FloatArray
    found: FloatArray


def cut_out(scene: Scene, focus: FloatArray) -> bytes:
    """The surroundings of the box `focus` (4,) as a JPEG file.

    Labelled faces are green, found ones blue, the box itself red.
    """
    left, top, right, bottom = _window(focus, scene.frame)
    part = scene.frame[top:bottom, left:right]
    scale = SIDE / max(part.shape[:2])
    size = [max(1, round(side * scale)) for side in part.shape[1::-1]]
    canvas = np.ascontiguousarray(resize(part, *size))
    shift = np.array((left, top, left, top), np.float32)
    layers = ((scene.faces, FACE_COLOUR, 1), (scene.found, FOUND_COLOUR, 1))
    for boxes, colour, thickness in (*layers, (focus[None], FOCUS_COLOUR, 2)):
        draw_boxes(canvas, (boxes - shift) * scale, colour, thickness)
    return jpeg(canvas)


def _window(box: FloatArray, frame: Frame) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a square around the box, as far as it lies in the frame."""
    height, width = frame.shape[:2]
    sides = box[2:] - box[:2]
    reach = max(_CONTEXT * float(sides.max()), _LEAST_REACH)
    x, y = np.clip((box[:2] + box[2:]) / 2, 0, (width - 1, height - 1)).tolist()
    left, top = max(0, round(x - reach)), max(0, round(y - reach))
    right, bottom = min(width, round(x + reach)), min(height, round(y + reach))
    return left, top, max(right, left + 1), max(bottom, top + 1)


def draw_boxes(
    canvas: Frame, boxes: FloatArray, colour: tuple[int, int, int], thickness: int
) -> None:
    """Draw boxes (N, 4), pixels of the canvas, into it."""
    cv2 = load("cv2", "drawing boxes", "")
    for left, top, right, bottom in np.rint(boxes.clip(-_FURTHEST, _FURTHEST)).astype(int).tolist():
        cv2.rectangle(canvas, (left, top), (right, bottom), colour, thickness, cv2.LINE_AA)


def jpeg(canvas: Frame) -> bytes:
    """The picture (H, W, 3), RGB, as a JPEG file."""
    cv2 = load("cv2", "writing pictures", "")
    _, encoded = cv2.imencode(".jpg", canvas[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    data: bytes = encoded.tobytes()
    return data
