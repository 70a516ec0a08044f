"""A backend of one's own, here OpenCV's DNN: python opencv_backend.py edge.onnx photo.jpg

Float .onnx files run so with nothing installed but NumPy and OpenCV.
"""

import json
import sys
from pathlib import Path

import cv2

from featherface_edge.detection import FloatArray, Frame
from featherface_edge.images import read_image
from featherface_edge.spec import from_json
from featherface_runtime import Detector
from featherface_runtime.backends import BACKENDS, BackendOptions, Entry


class OpenCVBackend:
    """An object of the protocol featherface_runtime.backends.Backend."""

    engine = f"opencv {cv2.__version__}"

    def __init__(self, path: Path) -> None:
        content = path.read_bytes()
        start = content.index(b"{", content.index(b"featherface_edge.manifest"))
        text = content[start:].decode("utf-8", "replace")
        self.manifest = text[: json.JSONDecoder().raw_decode(text)[1]]
        self._names = [output.name for output in from_json(self.manifest).outputs]
        self._net = cv2.dnn.readNetFromONNX(str(path))

    def infer(self, canvas: Frame) -> list[FloatArray]:
        self._net.setInput(canvas[None])
        return [output[0].transpose(1, 2, 0) for output in self._net.forward(self._names)]

    def close(self) -> None:
        del self._net


def open_backend(path: Path, _: BackendOptions) -> OpenCVBackend:
    return OpenCVBackend(path)


BACKENDS[".onnx"] = Entry(__name__, "", "an OpenCV older than 5")
with Detector(Path(sys.argv[1])) as detector:
    print(detector.detect(read_image(Path(sys.argv[2]))))
