"""What a user chooses of fe-camera, on the command line or in a file."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_runtime.live import Region
from featherface_runtime.privacy import COVERS
from featherface_runtime.sinks.serving import VIEWERS, read_address
from featherface_runtime.track import Line, Zone, read_line, read_zone
from featherface_runtime.zoo import SUFFIXES

if TYPE_CHECKING:
    from featherface_runtime.privacy import Cover
    from featherface_runtime.zoo import Format

HERE = "127.0.0.1:8080"
_SIDES = 4
_TOKEN_BYTES = 9


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """A source, and how it is looked at.

    uri: as docs/cameras.md has it. name: as it is shown; empty: made from the URI. every: look at
    every n-th frame and follow faces between. region: left, top, right, bottom in shares of the
    frame, outside of which nobody is looked for; empty: the whole. lines, zones: where to count,
    NAME:X,Y,...

    Raises: UsageError for what does not fit.
    """

    uri: str
    name: str = ""
    every: int = 1
    region: tuple[float, ...] = ()
    lines: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.every < 1:
            message = f"every = {self.every} is not understood: wanted a whole number from 1"
            raise UsageError(message)
        self.area()
        self.places()

    def area(self) -> Region:
        """Give where faces are looked for."""
        if len(self.region) not in (0, _SIDES):
            message = f"a region has 4 numbers: left, top, right, bottom; got {len(self.region)}"
            raise UsageError(message)
        try:
            return Region(*self.region)
        except ValueError as error:
            raise UsageError(str(error)) from error

    def places(self) -> tuple[Line | Zone, ...]:
        """Give the lines and zones."""
        return (*map(read_line, self.lines), *map(read_zone, self.zones))


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """All that fe-camera is told.

    sources: none: the board's own camera. model: a shipped network or a file; empty: the default.
    size, format: of the shipped network. threads: of one inference. provider: see fe-detect. score:
    least score of a face, None: the model's own. rate: results a second at most, 0: no limit.
    anonymise: how faces are covered, empty: not at all. sketch: file for what
    fe-calib drift wants to know, empty: none. preview: where the page is served, empty:
    nowhere. token: what its viewers must have, empty: one is made up where it is needed. viewers:
    of the page at the same time. sinks: further places for results, as docs/sinks.md has them.

    Raises: UsageError for what does not fit together; SinkError for the preview's address.
    """

    sources: tuple[FeedSettings, ...] = ()
    model: str = ""
    size: tuple[int, int] | None = None
    format: Format | None = None
    threads: int | None = None
    provider: str | None = None
    score: float | None = None
    rate: float = 0.0
    anonymise: Cover | None = None
    sketch: str = ""
    preview: str = HERE
    token: str = ""
    viewers: int = VIEWERS
    sinks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._require("anonymise", self.anonymise is None or self.anonymise in COVERS, COVERS)
        self._require("format", self.format is None or self.format in SUFFIXES, tuple(SUFFIXES))
        share = self.score is None or 0 <= self.score <= 1
        self._require("score", share, ("a number from 0 to 1",))
        self._require("threads", self.threads is None or self.threads > 0, ("1 or more",))
        self._require("viewers", self.viewers > 0, ("1 or more",))
        self._require("rate", 0 <= self.rate < float("inf"), ("0 or more",))
        self._require_all_seen()
        if self.preview:
            read_address(self.preview)

    def _require(self, name: str, fits: bool, wanted: tuple[str, ...]) -> None:  # noqa: FBT001 -- a condition
        if not fits:
            given = getattr(self, name)
            message = f"{name} = {given} is not understood: wanted {' or '.join(wanted)}"
            raise UsageError(message)

    def _require_all_seen(self) -> None:
        for feed in self.sources:
            if self.anonymise and (feed.region or feed.every > 1):
                message = (
                    f"anonymise covers only faces that are looked for: leave out region and every "
                    f"of {feed.name or feed.uri}"
                )
                raise UsageError(message)

    def with_token(self) -> CameraSettings:
        """Give the settings with a token, made up where one is needed and missing."""
        if not self.preview or self.token or read_address(self.preview).local:
            return self
        return replace(self, token=secrets.token_urlsafe(_TOKEN_BYTES))
