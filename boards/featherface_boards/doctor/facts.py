"""What the checks look at, gathered from this machine."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.doctor.record import Facts
from featherface_boards.probe.engines import PACKAGES, installed
from featherface_boards.probe.trial import Trial
from featherface_boards.profile import current
from featherface_runtime.choice import read as read_choice
from featherface_runtime.live.board import read_board

if TYPE_CHECKING:
    from featherface_boards.probe.board import Board

_ROOT = Path("/")
_OPENCV = "import cv2; found = bool(cv2.videoio_registry.hasBackend(cv2.CAP_GSTREAMER))"
_PICAMERA2 = "import picamera2; found = True"
_SYSTEMS = "usr/lib/python3/dist-packages/picamera2"
_PI = "raspberrypi,"
_MIB = 1 << 20
_OTHERS = ("numpy", "opencv-python", "opencv-python-headless")


def gather(board: Board, root: Path = _ROOT) -> Facts:
    """Give the facts of this machine; root: where its files are.

    Raises: BoardProfileError when the user's own profile cannot be used.
    """
    profile, choice = current(board), read_choice()
    own_camera = any(name.startswith(_PI) for name in board.compatible)
    opencv, picamera2 = Trial(_OPENCV), Trial(_PICAMERA2) if own_camera else None
    return Facts(
        board=board,
        reading=read_board(root),
        profile=profile,
        choice=choice,
        packages={name: release for name in _names() if (release := installed(name))},
        opencv=opencv.outcome(),
        picamera2=None if picamera2 is None else picamera2.outcome(),
        camera_packages=(root / _SYSTEMS).is_dir(),
        devices=_devices(root),
        disk_mb=_free_mb(Path(sys.prefix)),
        temporary_mb=_free_mb(Path(tempfile.gettempdir())),
    )


def _names() -> list[str]:
    return [*(each.name for each in PACKAGES), *_OTHERS]


def _devices(root: Path) -> dict[str, bool]:
    found = sorted((root / "dev").glob("video[0-9]*"))
    return {f"/dev/{path.name}": os.access(path, os.R_OK | os.W_OK) for path in found}


def _free_mb(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free // _MIB
    except OSError:
        return None
