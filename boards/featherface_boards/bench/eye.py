"""A camera, looked at as fe-camera does: capture, model and results in threads of their own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.bench.candidate import Ages
from featherface_edge.errors import BenchError, UsageError
from featherface_runtime.detector import Detector
from featherface_runtime.live.options import Feed, StreamOptions
from featherface_runtime.live.stream import Stream
from featherface_runtime.sources import open_source

if TYPE_CHECKING:
    from featherface_boards.bench.candidate import Candidate, Look
    from featherface_runtime.live.result import Result
    from featherface_runtime.sinks import StreamInfo

_NAME = "camera"
_FIRST = 5  # results that do not count: everything comes up to speed


class _Log:
    """A sink that notes when results came, and how old their frames were."""

    name = "fe-bench"
    newest = False

    def __init__(self) -> None:
        self.ages_ms: list[float] = []
        self.seconds: list[float] = []

    def begin(self, info: StreamInfo) -> None:
        """There is nothing to begin."""

    def write(self, result: Result) -> None:
        """Note the result."""
        self.ages_ms.append(round(result.age * 1e3, 4))
        self.seconds.append(round(result.finished, 4))

    def close(self) -> None:
        """There is nothing to close."""


def watch(candidate: Candidate, look: Look) -> Ages:
    """Give the ages of the results of a camera that is looked at for so many seconds.

    Raises: UsageError for a network of others, which the live runtime does not know. SourceError
    when the URI names no source. BenchError when no frame came.
    """
    if candidate.peer:
        raise UsageError(f"{candidate.peer} cannot look at a camera: leave out --camera")
    feed = Feed(_NAME, lambda: open_source(look.uri, name=_NAME))
    detector = Detector(
        Path(candidate.path), threads=candidate.threads, provider=candidate.provider or None
    )
    log = _Log()
    began = time.monotonic()
    with detector, Stream(detector, [feed], [log], StreamOptions(heat=None)) as stream:
        stream.wait(look.seconds)
        source = stream.snapshot().sources[0]
    if len(log.ages_ms) <= _FIRST or source.size is None:
        found = f"{len(log.ages_ms)} results in {look.seconds:g} s"
        raise BenchError(
            f"the camera gave {found} ({source.problem or 'no error'}): look longer with --seconds"
        )
    since = tuple(round(each - began, 4) for each in log.seconds[_FIRST:])
    return Ages(tuple(log.ages_ms[_FIRST:]), since, *source.size, source.dropped)
