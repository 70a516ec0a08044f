"""Faces of a photograph, a video or a camera, by the model file beside this program.

python example.py photo.jpg --out DIR
python example.py video.mp4 --frames 100
python example.py --camera 0
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.errors import FeatherfaceError, SourceError
from featherface_runtime import BACKENDS, Detector
from featherface_runtime.scan import Seen, Unreadable, scan
from featherface_runtime.sinks import JsonLines, Pictures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from featherface_edge.detection import Frame
    from featherface_runtime.sinks import Sink


def model_beside() -> Path:
    """The model file in the folder of this program."""
    return min(each for each in Path(__file__).parent.iterdir() if each.suffix in BACKENDS)


def seen_by_camera(detector: Detector, number: int) -> Iterator[Seen]:
    """Yields each frame of the camera with its faces.

    Raises: SourceError when it gives no frame.
    """
    camera = cv2.VideoCapture(number)
    count = 0
    read, picture = camera.read()
    while read:
        frame: Frame = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
        yield Seen(Path(f"camera-{number}"), count, frame, detector.detect(frame))
        count += 1
        read, picture = camera.read()
    camera.release()
    raise SourceError(f"camera {number} gives no frame: check that it is there and not in use")


def show(args: argparse.Namespace) -> int:
    """Writes the faces of every frame as JSON lines; gives the exit status."""
    sinks: list[Sink] = [JsonLines(sys.stdout)]
    if args.out:
        sinks.append(Pictures(args.out))
    model = model_beside()
    with Detector(model, threads=args.threads) as detector:
        results = (
            scan(detector, args.source) if args.source else seen_by_camera(detector, args.camera)
        )
        start, count = perf_counter(), 0
        for seen in results:
            if isinstance(seen, Unreadable):
                sys.stderr.write(f"{seen.reason}\n")
                return 1
            for sink in sinks:
                sink.write(seen)
            count += 1
            if count == args.frames:
                break
        each = 1000 * (perf_counter() - start) / max(count, 1)
    sys.stderr.write(f"{model.name}: {count} frames, {each:.1f} ms a frame with all around it\n")
    return 0


def main() -> int:
    """Reads the command line; gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("source", nargs="?", type=Path, help="a photograph or a video")
    source.add_argument("--camera", type=int, help="number of a camera, such as 0")
    parser.add_argument("--out", type=Path, help="folder for pictures with the faces drawn")
    parser.add_argument("--frames", type=int, help="stop after so many frames")
    parser.add_argument("--threads", type=int, help="threads of one inference")
    try:
        return show(parser.parse_args())
    except FeatherfaceError as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
