"""What a user may choose of the live runtime."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_edge.detection import Frame
    from featherface_runtime.live.looking import Finds
    from featherface_runtime.sources.protocol import Source


@dataclass(frozen=True, slots=True)
class Region:
    """The part of a frame in which faces are looked for, in shares of its sides, 0 to 1."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    def __post_init__(self) -> None:
        across, down = (0.0, self.left, self.right, 1.0), (0.0, self.top, self.bottom, 1.0)
        for sides in (across, down):
            if list(sides) != sorted(sides) or sides[1] == sides[2]:
                message = (
                    f"a region needs 0 <= left < right <= 1 and 0 <= top < bottom <= 1, got {self}"
                )
                raise ValueError(message)

    def of(self, frame: Frame) -> tuple[Frame, tuple[int, int]]:
        """Give the part of the frame (H, W, 3), a view of at least a pixel, and its x and y."""
        height, width = frame.shape[:2]
        left, top = int(self.left * width), int(self.top * height)
        right = max(left + 1, round(self.right * width))
        bottom = max(top + 1, round(self.bottom * height))
        return frame[top:bottom, left:right], (left, top)


WHOLE = Region()


@dataclass(frozen=True, slots=True)
class Feed:
    """A source and how its frames are looked at.

    name: of the source and its shots. make: gives the source, anew when one got stuck. region:
    where faces are looked for. every: look at every n-th frame that is taken. between: what lies
    between gives results as well, for a finisher that follows faces.
    """

    name: str
    make: Callable[[], Source]
    region: Region = WHOLE
    every: int = 1
    between: bool = False

    def __post_init__(self) -> None:
        if self.every < 1:
            message = f"every must be 1 or more, got {self.every}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait before a source is opened again, in seconds.

    The wait, counted from the beginning of the last try, grows from `first` by `factor` up to
    `longest`; a random share of it, up to `jitter`, is left out, so that many cameras of one server
    do not come back at once.
    """

    first: float = 0.25
    longest: float = 2.0
    factor: float = 2.0
    jitter: float = 0.5

    def __post_init__(self) -> None:
        if not 0 < self.first <= self.longest or self.factor < 1 or not 0 <= self.jitter < 1:
            message = f"wanted 0 < first <= longest, factor >= 1, 0 <= jitter < 1, got {self}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Heat:
    """When a hot board gets less to do, in degrees Celsius and seconds.

    At `hot` or when the board throttles, a step down is taken, after `worse` seconds more another:
    to the next smaller canvas while there is one, then results come half as often, 1/8 at the
    least. Once it was below `cool` and not throttled for `better` seconds, a step up.
    """

    hot: float = 80.0
    cool: float = 70.0
    worse: float = 10.0
    better: float = 30.0

    def __post_init__(self) -> None:
        if self.cool > self.hot or min(self.worse, self.better) <= 0:
            message = f"wanted cool <= hot, and worse and better above 0, got {self}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class StreamOptions:
    """How the live runtime works.

    least_score: detections of lower scores than those that are shown, for a finisher that follows
    faces; None: no lower. rate: results a second at most, 0: no limit. capture_limit,
    inference_limit: seconds without a sign of life after which a camera's thread counts as stuck,
    or the interpreter. heat: None leaves a hot board alone. smaller: what makes detectors of
    smaller canvases for a hot board, the largest first; they too belong to the stream. root: where
    the board's files lie.
    """

    least_score: float | None = None
    rate: float = 0.0
    capture_limit: float = 10.0
    inference_limit: float = 30.0
    patience: Patience = field(default_factory=Patience)
    heat: Heat | None = field(default_factory=Heat)
    smaller: tuple[Callable[[], Finds], ...] = ()
    root: Path = Path("/")

    def __post_init__(self) -> None:
        if min(self.capture_limit, self.inference_limit) <= 0 or self.rate < 0:
            message = f"wanted limits above 0 and a rate of 0 or more, got {self}"
            raise ValueError(message)
