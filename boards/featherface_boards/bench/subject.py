"""A model on its way from frame to faces, with the time of every step."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, NamedTuple, Protocol

from featherface_boards.bench.candidate import Opened
from featherface_edge.detection import letterbox, postprocess
from featherface_edge.spec import from_json
from featherface_runtime.backends import BackendOptions, Stepwise, open_backend
from featherface_runtime.choice import FORMATS
from featherface_runtime.zoo import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_boards.bench.candidate import Candidate
    from featherface_edge.detection import FloatArray, Frame, IndexArray
    from featherface_runtime.backends import Backend
    from featherface_runtime.choice import Engine
    from featherface_runtime.zoo import Format

FORMAT_OF: Mapping[str, Format] = {suffix: format_ for format_, suffix in SUFFIXES.items()}
ENGINE_OF: Mapping[Format, Engine] = {format_: engine for engine, format_ in FORMATS.items()}
_POSTPROCESS = "featherface_edge.detection.postprocess"


class Laps(NamedTuple):
    """When each step of a frame ended, nanoseconds of time.perf_counter_ns().

    framed: on its canvas. fed: in the input tensor. computed: raw outputs. decoded: faces, after
    the `suppressing` nanoseconds that suppression took.
    """

    began: int
    framed: int
    fed: int
    computed: int
    found: int
    suppressing: int


class Subject(Protocol):
    """A model that is measured. apart: steps that can be told from their neighbours."""

    opened: Opened
    apart: frozenset[str]

    def look(self, frame: Frame) -> Laps:
        """Find the faces of a frame (H, W, 3) uint8 RGB."""
        ...


class Suppression:
    """The time that suppression takes inside of postprocess, which has no seam there."""

    def __init__(self) -> None:
        module = import_module(_POSTPROCESS)
        self._suppress = module.suppress
        self.nanoseconds = 0
        module.__dict__["suppress"] = self._timed

    def _timed(self, boxes: FloatArray, scores: FloatArray, iou: float) -> IndexArray:
        began = perf_counter_ns()
        kept: IndexArray = self._suppress(boxes, scores, iou)
        self.nanoseconds += perf_counter_ns() - began
        return kept


class Own:
    """A model file of ours."""

    def __init__(self, candidate: Candidate) -> None:
        path = Path(candidate.path)
        self._backend: Backend = open_backend(
            path, BackendOptions(candidate.threads, candidate.provider or None)
        )
        self._spec = from_json(self._backend.manifest)
        self._stepwise = self._backend if isinstance(self._backend, Stepwise) else None
        self._suppression = Suppression()
        self._canvas: Frame | None = None
        size = self._spec.preprocessing
        format_ = FORMAT_OF[path.suffix.lower()]
        self.opened = Opened(
            self._spec.network,
            size.width,
            size.height,
            format_,
            self._spec.precision,
            ENGINE_OF[format_],
            self._backend.engine,
        )
        told = {"letterbox", "decode", "suppress"}
        self.apart = frozenset(told | {"input"} if self._stepwise else told)

    def look(self, frame: Frame) -> Laps:
        """Find the faces of the frame."""
        before = self._suppression.nanoseconds
        began = perf_counter_ns()
        self._canvas, placement = letterbox(frame, self._spec.preprocessing, self._canvas)
        framed = perf_counter_ns()
        outputs: Sequence[FloatArray]
        if self._stepwise is None:
            fed = framed
            outputs = self._backend.infer(self._canvas)
        else:
            self._stepwise.feed(self._canvas)
            fed = perf_counter_ns()
            outputs = self._stepwise.compute()
        computed = perf_counter_ns()
        postprocess(outputs, self._spec, placement)
        found = perf_counter_ns()
        spent = self._suppression.nanoseconds - before
        return Laps(began, framed, fed, computed, found, spent)
