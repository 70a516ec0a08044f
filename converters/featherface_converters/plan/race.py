"""Which of two files of the same format is quicker, and by how much."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from featherface_converters.stopwatch.timing import Patience, least_milliseconds
from featherface_edge.quiet import quiet
from featherface_runtime.backends import BackendOptions, open_backend

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import Frame

PATIENCE = Patience(warm_up=4, settled=40, seconds=6.0)


def milliseconds_more(path: Path, other: Path, canvas: Frame) -> float:
    """How much longer one inference of a file takes than of another, both in turn on one thread."""
    with quiet():
        backends = [open_backend(each, BackendOptions(threads=1)) for each in (path, other)]
    calls = [partial(backend.infer, canvas) for backend in backends]
    mine, its = least_milliseconds(calls, PATIENCE)
    for backend in backends:
        backend.close()
    return mine - its
