"""Reads a picamera2:// source in the root file system: program.py URI COUNT gives JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "runtime")]

from featherface_edge.errors import SourceError  # noqa: E402 - the path first
from featherface_runtime.sources import SourceOptions, cameras, open_source  # noqa: E402
from tests.picamera import virtual  # noqa: E402

if TYPE_CHECKING:
    from featherface_edge.detection import Frame
    from featherface_runtime.live import Shot


def main(uri: str, count: str) -> None:
    """Read the source."""
    virtual.install()
    source = open_source(uri, options=SourceOptions(read_timeout=10.0))
    try:
        source.open()
        shots = [told(source.read()) for _ in range(int(count))]
        time.sleep(1.0)  # at 30 frames a second: some are lost
        shots.append(told(source.read()))
        source.close()
        source.open()  # the camera was let go of: it can be taken anew
        again = told(source.read())
        source.close()
        found = [each.uri for each in cameras()]
        sys.stdout.write(json.dumps({"shots": shots, "again": again, "cameras": found}) + "\n")
    except SourceError as error:
        sys.stdout.write(json.dumps({"error": str(error)}) + "\n")


def told(shot: Shot | None) -> dict[str, Any]:
    """Give what is checked of a shot: sizes, age in seconds, colours of fixed places."""
    assert shot is not None
    return {
        "sequence": shot.sequence,
        "age": time.monotonic() - shot.captured,
        "frame": seen(shot.frame),
        "display": None if shot.display is None else seen(shot.display),
    }


def seen(frame: Frame) -> dict[str, Any]:
    """Give the size, and the colours in the middles of the three fields above, and below."""
    height, width = frame.shape[:2]
    middles = [(height // 4, width * (2 * field + 1) // 6) for field in range(3)]
    edge = frame[height * 3 // 4, width - 2].tolist()
    above = [frame[y, x].tolist() for y, x in middles]
    return {"size": [width, height], "above": above, "below": edge}


if __name__ == "__main__":
    main(*sys.argv[1:])
