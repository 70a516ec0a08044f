"""The table of interpreters that time their operators, and the shares of these."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.bench.record import Operator
from featherface_edge.detection import letterbox
from featherface_edge.optional import load
from featherface_edge.spec import from_json
from featherface_runtime.backends import BACKENDS, BackendOptions, open_backend

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from featherface_boards.bench.candidate import Candidate
    from featherface_edge.detection import Frame

# (name, kind) -> milliseconds, all of them of one frame
Times = dict[tuple[str, str], float]

_HERE = "featherface_boards.bench.operators"
PROFILERS: Mapping[str, str] = {  # suffix -> module with times(path, options, canvases) -> Times
    ".onnx": f"{_HERE}.onnx",
    ".xml": f"{_HERE}.openvino",
}
PASSES = 20  # over the photographs; each operator's mean counts


def profiled(candidate: Candidate, frames: Sequence[Frame]) -> tuple[Operator, ...] | None:
    """Give the operators, the slowest first; None where the interpreter does not tell.

    ai-edge-litert has a profiler, but its Python package does not let anybody at it.
    """
    path = Path(candidate.path)
    module = PROFILERS.get(path.suffix.lower())
    if module is None or candidate.peer:
        return None
    options = BackendOptions(candidate.threads, candidate.provider or None)
    canvases = _canvases(path, options, frames)
    extra = BACKENDS[path.suffix.lower()].extra
    profiler = load(module, "timing operators", extra)
    times: Callable[[Path, BackendOptions, Sequence[Frame]], Times] = profiler.times
    return _ranked(times(path, options, canvases * PASSES))


def _canvases(path: Path, options: BackendOptions, frames: Sequence[Frame]) -> list[Frame]:
    backend = open_backend(path, options)
    try:
        preprocessing = from_json(backend.manifest).preprocessing
    finally:
        backend.close()
    return [letterbox(frame, preprocessing)[0] for frame in frames]


def _ranked(times: Times) -> tuple[Operator, ...]:
    whole = sum(times.values()) or 1.0
    ranked = sorted(times.items(), key=lambda each: -each[1])
    return tuple(
        Operator(name, kind, round(spent, 5), round(spent / whole, 5))
        for (name, kind), spent in ranked
    )
