"""What a check looks at, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from featherface_boards.probe.board import Board
from featherface_boards.probe.trial import Outcome
from featherface_runtime.live.board import BoardReading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_boards.records import Profile
    from featherface_runtime.choice import Choice

Severity = Literal["ok", "warning", "failure"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. cure: what to do, a line for a shell where one helps; source: of both.

    warning: it works, but worse than it could. failure: something will not work.
    """

    severity: Severity
    found: str
    cure: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that checks look at.

    reading: heat and throttling. packages: versions of installed distributions by name. opencv: of
    its import, `found` tells whether it has GStreamer. picamera2: of its import, None where the
    board is no Raspberry Pi. camera_packages: whether the system has Picamera2, for any Python.
    devices: video devices, and whether this user may open them. disk_mb: free where packages are
    installed; temporary_mb: free where pip unpacks them; None: unknown.
    """

    board: Board = field(default_factory=Board)
    reading: BoardReading = field(default_factory=BoardReading)
    profile: Profile | None = None
    choice: Choice | None = None
    packages: Mapping[str, str] = field(default_factory=dict[str, str])
    opencv: Outcome = field(default_factory=Outcome)
    picamera2: Outcome | None = None
    camera_packages: bool = False
    devices: Mapping[str, bool] = field(default_factory=dict[str, bool])
    disk_mb: int | None = None
    temporary_mb: int | None = None

    @property
    def family(self) -> str:
        """The family of the board's profile; empty where it has none."""
        return "" if self.profile is None else self.profile.family


def fine(found: str) -> Finding:
    """Give the finding that all is well."""
    return Finding("ok", found)
