"""One captured frame, as it travels through the live runtime."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from featherface_edge.detection import Frame


@dataclass(frozen=True, slots=True)
class Shot:
    """One captured frame.

    frame (H, W, 3): uint8 RGB, for inference; the camera's small stream where it has two.
    source: name of the source. sequence: of the frame in its source since that was opened, from 0;
    a gap is what the camera dropped. captured: time.monotonic() in seconds when the frame was
    taken, or was handed over where no sensor tells; wall: time.time() of the same moment.
    display (H, W, 3): uint8 RGB, the full picture of the same frame where it is another one.
    """

    frame: Frame
    source: str
    sequence: int
    captured: float
    wall: float
    display: Frame | None = None
