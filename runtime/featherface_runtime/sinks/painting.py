"""Results as pictures for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection import Detections
from featherface_edge.errors import SinkError
from featherface_edge.optional import load
from featherface_runtime.annotate import annotate

if TYPE_CHECKING:
    from featherface_edge.detection import Frame
    from featherface_runtime.live.result import Result
    from featherface_runtime.track import Track


def picture(result: Result) -> Frame:
    """Give the fullest picture (H, W, 3) uint8 RGB of the result's frame, with nothing drawn."""
    shot = result.shot
    return shot.frame if shot.display is None else shot.display


def painted(result: Result) -> Frame:
    """Give a copy of the picture with its tracks and their numbers, or else with its faces."""
    frame, full = result.shot.frame, picture(result)
    faces = _as_faces(result.tracks) if result.tracks else result.faces
    labels = [f"#{track.identity}" for track in result.tracks] or None
    scale = np.array([full.shape[1] / frame.shape[1], full.shape[0] / frame.shape[0]], np.float32)
    placed = Detections(faces.boxes * np.tile(scale, 2), faces.scores, faces.landmarks * scale)
    return annotate(full, placed, labels)


def jpeg(frame: Frame, quality: int) -> bytes:
    """Give the frame (H, W, 3) uint8 RGB as a JPEG file. quality: 1 to 100.

    Raises: SinkError for a frame that is too large for the format.
    """
    cv2 = load("cv2", "writing pictures", "")
    try:
        turned = cv2.cvtColor(frame, cv2.COLOR_RGB2BGR)
        _, encoded = cv2.imencode(".jpg", turned, [cv2.IMWRITE_JPEG_QUALITY, quality])
    except cv2.error as error:
        height, width = frame.shape[:2]
        message = f"a picture of {width}x{height} does not go into a JPEG file: take a smaller one"
        raise SinkError(message) from error
    data: bytes = encoded.tobytes()
    return data


def _as_faces(tracks: tuple[Track, ...]) -> Detections:
    return Detections(
        np.array([track.box for track in tracks], np.float32),
        np.array([track.score for track in tracks], np.float32),
        np.array([track.landmarks for track in tracks], np.float32),
    )
