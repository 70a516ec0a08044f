"""A stopwatch for float networks: converted as for a board, timed beside a constant reference."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from featherface_calibration import CalibrationSet, shipped_calibration
from featherface_converters.formats.fitting import require_expressible
from featherface_converters.jobs import integer_job
from featherface_converters.prepare import prepare
from featherface_converters.stopwatch.board import this_board
from featherface_converters.stopwatch.reference import reference_network, reference_spec
from featherface_converters.stopwatch.timing import Patience, least_milliseconds
from featherface_converters.targets import open_target
from featherface_edge.errors import UsageError
from featherface_edge.files import write_text
from featherface_edge.spec import parts, to_json
from featherface_runtime.backends import BackendOptions, open_backend

if TYPE_CHECKING:
    from torch import nn

    from featherface_edge.spec import ModelSpec


class Engine(NamedTuple):
    """An interpreter: the target that makes its files, the distribution that holds it."""

    target: str
    package: str


ENGINES = {
    "litert": Engine("tflite-int8", "ai-edge-litert"),
    "onnx": Engine("onnx-int8", "onnxruntime"),
    "openvino": Engine("openvino-int8", "openvino"),
}
PHOTOGRAPHS = 2  # time does not depend on the ranges, so these are enough
_LEVELS = 256

Inference: TypeAlias = Callable[[], object]


class Stopwatch:
    """INT8 milliseconds in one interpreter (a key of ENGINES) on this machine.

    Each time is taken in turn with a reference, a small network that never changes, and told as if
    the reference had taken the least time that it ever took: slow moments of the machine cancel.
    folder: where the reference and that time are kept between runs; where None, nowhere.
    """

    def __init__(
        self,
        engine: str,
        threads: int = 1,
        folder: Path | None = None,
        patience: Patience | None = None,
    ) -> None:
        if engine not in ENGINES:
            raise UsageError(
                f"unknown interpreter '{engine}', known are {', '.join(ENGINES)}: choose from them"
            )
        self._threads = threads
        self.board = this_board(engine, ENGINES[engine].package, threads)
        self._target = open_target(ENGINES[engine].target)
        self._patience = patience or Patience()
        self._least = math.inf
        name = f"reference-{engine}-{threads}"
        self._note = folder / f"{name}.json" if folder else None
        with tempfile.TemporaryDirectory() as made:
            file = (folder or Path(made)) / f"{name}{self._target.recipe.suffix}"
            self._reference = self._kept_reference(file)

    def milliseconds(self, model: nn.Module, spec: ModelSpec) -> float:
        """The time of one inference, canvas in, raw maps out, at the size that the spec names.

        Raises: ConversionError when the network does not fit the interpreter's INT8 form.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"timed{self._target.recipe.suffix}"
            self._write(model, spec, path)
            call, close = self._opened(path, spec)
            try:
                taken, reference = least_milliseconds([call, self._reference], self._patience)
            finally:
                close()
        return taken * self._least_reference(reference) / reference

    def _write(self, model: nn.Module, spec: ModelSpec, path: Path) -> None:
        """Converts the network as fe-convert does, but for the proof."""
        photographs = CalibrationSet(shipped_calibration().files[:PHOTOGRAPHS], "stopwatch")
        graph = prepare(model, spec.preprocessing)
        require_expressible(graph, spec.network, [self._target.recipe])
        job = integer_job(graph, spec, photographs)
        self._target.write(job, path)
        self._target.embed(path, to_json(job.spec))

    def _opened(self, path: Path, spec: ModelSpec) -> tuple[Inference, Callable[[], None]]:
        """One inference on a canvas of noise, ready to be called, and what ends it."""
        size = spec.preprocessing
        shape = (size.height, size.width, 3)
        canvas = np.random.default_rng(0).integers(0, _LEVELS, shape, np.uint8)
        backend = open_backend(path, BackendOptions(threads=self._threads))
        return partial(backend.infer, canvas), backend.close

    def _kept_reference(self, path: Path) -> Inference:
        """The reference from its file, which is made where it is missing."""
        spec = reference_spec()
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=path.parent) as folder:
                fresh = Path(folder) / path.name
                self._write(reference_network(), spec, fresh)
                for part, place in zip(parts(fresh), parts(path), strict=True):
                    part.replace(place)
        return self._opened(path, spec)[0]

    def _least_reference(self, seen: float) -> float:
        """The least milliseconds of the reference on this board, now and in earlier runs."""
        self._least = min(self._least, seen)
        if self._note is None:
            return self._least
        if self._note.is_file():
            known = json.loads(self._note.read_text(encoding="utf-8"))
            if known["board"] == self.board:
                self._least = min(self._least, float(known["milliseconds"]))
        write_text(
            self._note, json.dumps({"board": self.board, "milliseconds": self._least}) + "\n"
        )
        return self._least


def open_stopwatch(engine: str, threads: int = 1, folder: Path | None = None) -> Stopwatch:
    """The stopwatch of an interpreter.

    Raises: UsageError for an unknown one, MissingDependencyError where it is not installed.
    """
    return Stopwatch(engine, threads, folder)
