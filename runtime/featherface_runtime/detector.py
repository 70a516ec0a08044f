"""A model file that finds faces in frames."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.detection import letterbox, postprocess
from featherface_edge.spec import from_json
from featherface_runtime.backends import BackendOptions, open_backend

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from featherface_edge.detection import Detections, Frame
    from featherface_edge.spec import ModelSpec, Thresholds


class Detector:
    """A model file in its interpreter; close it, or use it in a `with` block.

    spec: the file's manifest. thresholds: may be changed between frames.
    """

    spec: ModelSpec
    thresholds: Thresholds

    def __init__(
        self,
        path: Path | str,
        *,
        threads: int | None = None,
        thresholds: Thresholds | None = None,
        provider: str | None = None,
    ) -> None:
        """Open a .onnx, .tflite or .xml file.

        thresholds: the manifest's own when None. threads, provider: see BackendOptions.

        Raises: ModelFileError when the file is not one of ours. MissingDependencyError when its
        interpreter is not installed. UsageError when the provider is unknown.
        """
        self._backend = open_backend(Path(path), BackendOptions(threads, provider))
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
