"""A model file that finds faces in frames."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from featherface_edge.detection import letterbox, postprocess
from featherface_edge.errors import ModelFileError
from featherface_edge.spec import from_json, read_seal
from featherface_runtime.backends import BACKENDS, BackendOptions, open_backend
from featherface_runtime.trust import objecting, replay, require_agreement
from featherface_runtime.zoo import model_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from featherface_edge.detection import Detections, FloatArray, Frame, Placement
    from featherface_edge.spec import ModelSpec, Thresholds
    from featherface_runtime.trust import Verify
    from featherface_runtime.zoo import Shipped


class Detector:
    """A model file in its interpreter; close it, or use it in a `with` block.

    spec: the file's manifest. thresholds: may be changed between frames. observer: told each
    canvas, where the frame lies on it, and the raw outputs.
    """

    spec: ModelSpec
    thresholds: Thresholds
    observer: Callable[[Frame, Placement, Sequence[FloatArray]], None] | None

    def __init__(
        self,
        model: Path | str | Shipped,
        *,
        threads: int | None = None,
        thresholds: Thresholds | None = None,
        provider: str | None = None,
        verify: Verify = False,
    ) -> None:
        """Open a .onnx, .tflite or .xml file, or a shipped model by its name, such as "edge".

        model: Shipped(name, size, format) asks for a shipped one more closely. thresholds: the
        manifest's own when None. threads, provider: see BackendOptions. verify: True runs the
        file's self-check as well, and "warn" makes a RuntimeWarning of what a check finds, here and
        in the file's seal.

        Raises: ModelFileError when the file is not one of ours, was changed after it was made, or
        computes something else here, if that is to be verified. MissingDependencyError when its
        interpreter is not installed. UsageError when the provider or the shipped model is unknown.
        """
        with model_file(model) as path:
            _look_at_seal(path, verify)
            self._backend = open_backend(path, BackendOptions(threads, provider))
        self.spec = from_json(self._backend.manifest)
        if verify:
            self._replay(path, verify)
        self.thresholds = thresholds or self.spec.thresholds
        self.observer = None

    def detect(self, frame: Frame) -> Detections:
        """Give the faces in the frame (H, W, 3) uint8 RGB, in its own pixels, best score first.

        Raises: ImageError when the frame is empty, grey or not uint8. ModelFileError when the model
        gives other outputs than its manifest says.
        """
        canvas, placement = letterbox(frame, self.spec.preprocessing)
        return self.find(canvas, placement)

    def find(self, canvas: Frame, placement: Placement) -> Detections:
        """Give the faces of a frame that detection.letterbox has laid on the canvas, as `detect`.

        Raises: ModelFileError when the model gives other outputs than its manifest says.
        """
        outputs = self._backend.infer(canvas)
        if self.observer is not None:
            self.observer(canvas, placement, outputs)
        return postprocess(outputs, self.spec, placement, self.thresholds)

    def close(self) -> None:
        """Let go of the interpreter."""
        self._backend.close()

    def _replay(self, path: Path, verify: Verify) -> None:
        """Run the file's self-check; close where it fails."""
        try:
            with objecting(verify):
                found = replay(self._backend, self.spec)
                require_agreement(found, path.name, BACKENDS[path.suffix.lower()].suspects)
                if found.remark:
                    warnings.warn(found.remark, RuntimeWarning, stacklevel=4)
        except ModelFileError:
            self.close()
            raise

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


def _look_at_seal(path: Path, verify: Verify) -> None:
    if path.is_file():
        with objecting(verify):
            read_seal(path)
