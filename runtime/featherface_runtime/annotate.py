"""Faces drawn on a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.detection import Detections, Frame

_BOX = (64, 220, 64)
_MARKS = ((230, 60, 60), (60, 120, 230), (240, 200, 40), (230, 60, 230), (60, 220, 220))
_INK = (0, 0, 0)
# A line of one pixel for each so many pixels of the frame's longer side.
_PIXELS_A_LINE = 500
# Far outside every frame, near enough for OpenCV's own whole numbers.
_FARTHEST = 1e6
_UNKNOWN = (-2_000_000, -2_000_000)


def annotate(frame: Frame, faces: Detections, labels: Sequence[str] | None = None) -> Frame:
    """Give a copy of the frame (H, W, 3) uint8 RGB with each face's box, label and landmarks.

    labels: one a face; None: the scores.
    """
    cv2 = load("cv2", "drawing faces", "")
    drawn: Frame = np.array(frame, order="C")
    line = max(1, round(max(frame.shape[:2]) / _PIXELS_A_LINE))
    texts = [f"{score:.2f}" for score in faces.scores] if labels is None else labels
    for text, ((left, top), corner, *marks) in zip(texts, _pixels(faces), strict=True):
        cv2.rectangle(drawn, (left, top), corner, _BOX, line, cv2.LINE_AA)
        for mark, colour in zip(marks, _MARKS, strict=True):
            if mark != _UNKNOWN:
                cv2.circle(drawn, mark, line + 1, colour, -1, cv2.LINE_AA)
        _label(cv2, drawn, text, (left, top, line))
    return drawn


def _pixels(faces: Detections) -> list[list[tuple[int, int]]]:
    """Give two corners and five landmarks of each face; _UNKNOWN stands for what is none."""
    points = np.concatenate((faces.boxes.reshape(-1, 2, 2), faces.landmarks), axis=1)
    known = np.isfinite(points).all(axis=2, keepdims=True)
    near = np.minimum(np.maximum(points, -_FARTHEST), _FARTHEST)
    whole = np.rint(np.where(known, near, _UNKNOWN)).astype(np.intp).tolist()
    return [[(x, y) for x, y in face] for face in whole]


def _label(cv2: Any, drawn: Frame, text: str, place: tuple[int, int, int]) -> None:  # noqa: ANN401 -- OpenCV's module
    """Write the text above the box, or within it when there is no room above."""
    left, top, line = place
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, 0.4 * line
    (width, height), below = cv2.getTextSize(text, font, scale, line)
    foot = top - below if top >= height + 2 * below else top + height + below
    corner = (left + width, foot - height - below)
    cv2.rectangle(drawn, (left, foot + below), corner, _BOX, -1)
    cv2.putText(drawn, text, (left, foot), font, scale, _INK, line, cv2.LINE_AA)
