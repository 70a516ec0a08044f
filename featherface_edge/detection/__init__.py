"""The one shared pre- and post-processing: letterbox, anchors, decode, suppress, postprocess."""

from featherface_edge.detection.anchors import anchors
from featherface_edge.detection.decode import (
    decode_boxes,
    decode_landmarks,
    encode_boxes,
    encode_landmarks,
)
from featherface_edge.detection.letterbox import Placement, letterbox, network_input
from featherface_edge.detection.postprocess import postprocess
from featherface_edge.detection.suppress import suppress
from featherface_edge.detection.types import Detections, FloatArray, Frame, IndexArray

__all__ = [
    "Detections",
    "FloatArray",
    "Frame",
    "IndexArray",
    "Placement",
    "anchors",
    "decode_boxes",
    "decode_landmarks",
    "encode_boxes",
    "encode_landmarks",
    "letterbox",
    "network_input",
    "postprocess",
    "suppress",
]
