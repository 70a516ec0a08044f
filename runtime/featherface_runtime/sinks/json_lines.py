"""Faces as JSON, one frame a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from featherface_runtime.sinks.message import seen

if TYPE_CHECKING:
    from featherface_runtime.live.result import Result
    from featherface_runtime.sinks.protocol import StreamInfo


class JsonLines:
    """A sink that writes a JSON object a line, as `seen` gives it, to an open text stream."""

    name = "json"
    newest = False

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stills = frozenset[str]()

    def begin(self, info: StreamInfo) -> None:
        """Learn which sources are photographs."""
        self._stills = frozenset(each.name for each in info.sources if each.still)

    def write(self, result: Result) -> None:
        """Write the line, at once."""
        line = seen(result, still=result.shot.source in self._stills)
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Leave the stream to whoever opened it."""
