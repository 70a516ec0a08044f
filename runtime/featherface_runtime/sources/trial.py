"""test:?size=1280x720&fps=30&faces=4&seed=0&frames=0&live=true: the moving scene, without a camera.

frames: after how many it ends; 0 is never. live: at fps, and frames that nobody takes in time are
lost; false: every frame waits for the reader.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from featherface_edge.errors import SourceError
from featherface_runtime.live.shot import Shot
from featherface_runtime.sources.address import Settings
from featherface_runtime.sources.pace import Pace
from featherface_runtime.sources.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_runtime.sources.protocol import SourceOptions

_KNOWN = ("size", "fps", "faces", "seed", "frames", "live")
_SIZE = (1280, 720)
_FPS = 30.0
_FACES = 4


class Play(NamedTuple):
    """How the scene is played. frames: 0 is without an end."""

    fps: float
    frames: int
    live: bool


class TrialSource:
    """Frames of a moving scene."""

    def __init__(
        self, name: str, scene: Scene, play: Play, pace: Callable[[float], Pace] = Pace
    ) -> None:
        self.name = name
        self.live = play.live
        self._scene = scene
        self._play = play
        self._make_pace = pace
        self._pace: Pace | None = None
        self._sequence = 0

    def open(self) -> None:
        """Begin with the scene's first frame."""
        self._sequence = 0
        self._pace = self._make_pace(self._play.fps) if self.live else None

    def read(self) -> Shot | None:
        """Give the next frame, or None at the end."""
        number = self._sequence if self._pace is None else self._pace.due(self._sequence)
        if self._play.frames and number >= self._play.frames:
            return None
        self._sequence = number + 1
        now = time.monotonic()
        captured = now if self._pace is None else self._pace.moment(number)
        wall = time.time() - (now - captured)
        return Shot(self._scene.picture(number), self.name, number, captured, wall)

    def close(self) -> None:
        """Nothing was taken."""


def source(uri: str, name: str, options: SourceOptions) -> TrialSource:  # noqa: ARG001 - no waiting
    """Give the source of the scene.

    Raises: SourceError when the URI has an unknown option.
    """
    settings = Settings(uri, _KNOWN)
    if settings.place:
        message = f"{uri} is not understood: wanted test: or test:?size=640x480"
        raise SourceError(message, lasting=True)
    play = Play(
        settings.rate("fps", _FPS) or _FPS,
        settings.count("frames", 0),
        settings.flag("live", default=True),
    )
    scene = Scene(
        settings.size("size") or _SIZE, settings.count("faces", _FACES), settings.count("seed", 0)
    )
    return TrialSource(name or "test", scene, play)
