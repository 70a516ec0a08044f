"""A model file that finds faces in frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.detection import letterbox, postprocess
from featherface_edge.spec import from_json
from featherface_runtime.backends import BackendOptions, open_backend
from featherface_runtime.zoo import model_file

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from featherface_edge.detection import Detections, Frame
    from featherface_edge.spec import ModelSpec, Thresholds
    from featherface_runtime.zoo import Shipped


class Detector:
    """A model file in its interpreter; close it, or use it in a `with` block.

    spec: the file's manifest. thresholds: may be changed between frames.
    """

    spec: ModelSpec
    thresholds: Thresholds

    def __init__(
        self,
        model: Path | str | Shipped,
        *,
        threads: int | None = None,
        thresholds: Thresholds | None = None,
        provider: str | None = None,
    ) -> None:
        """Open a .onnx, .tflite or .xml file, or a shipped model by its name, such as "edge".

        model: Shipped(name, size, format) asks for a shipped one more closely. thresholds: the
        manifest's own when None. threads, provider: see BackendOptions.

        Raises: ModelFileError when the file is not one of ours. MissingDependencyError when its
        interpreter is not installed. UsageError when the provider or the shipped model is unknown.
        """
        with model_file(model) as path:
            self._backend = open_backend(path, BackendOptions(threads, provider))
        self.spec = from_json(self._backend.manifest)
        self.thresholds = thresholds or self.spec.thresholds

    def detect(self, frame: Frame) -> Detections:
        """Give the faces in the frame (H, W, 3) uint8 RGB, in its own pixels, best score first.

        Raises: ImageError when the frame is empty, grey or not uint8. ModelFileError when the model
        gives other outputs than its manifest says.
        """
        canvas, placement = letterbox(frame, self.spec.preprocessing)
        outputs = self._backend.infer(canvas)
        return postprocess(outputs, self.spec, placement, self.thresholds)

    def close(self) -> None:
        """Let go of the interpreter."""
        self._backend.close()

    def __enter__(self) -> Self:
        """Give the detector itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of the interpreter."""
        self.close()
