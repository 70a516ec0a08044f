"""Faces of a photograph, a video or a camera, by the model file beside this program.

python example.py photo.jpg --out DIR
python example.py video.mp4 --frames 100
python example.py --camera 0
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_edge.errors import FeatherfaceError, SourceError
from featherface_edge.images import read_image
from featherface_runtime import BACKENDS, Detector
from featherface_runtime.annotate import annotate
from featherface_runtime.sources import is_video, read_video

if TYPE_CHECKING:
    from collections.abc import Iterator

    from featherface_edge.detection import Detections, Frame


def model_beside() -> Path:
    """The model file in the folder of this program."""
    return min(each for each in Path(__file__).parent.iterdir() if each.suffix in BACKENDS)


def frames_of_camera(number: int) -> Iterator[Frame]:
    """Yields each frame of the camera, (H, W, 3) uint8 RGB.

    Raises: SourceError when it gives no frame.
    """
    camera = cv2.VideoCapture(number)
    read, picture = camera.read()
    while read:
        yield np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
        read, picture = camera.read()
    camera.release()
    raise SourceError(f"camera {number} gives no frame: check that it is there and not in use")


def frames(args: argparse.Namespace) -> Iterator[Frame]:
    """The frames that the command line names."""
    if args.camera is not None:
        return frames_of_camera(args.camera)
    return read_video(args.source) if is_video(args.source) else iter([read_image(args.source)])


def described(number: int, faces: Detections, ms: float) -> dict[str, object]:
    """A frame's faces as JSON has them: boxes and landmarks in pixels of the frame."""
    found = [
        {
            "score": round(float(score), 4),
            "box": [round(float(value), 2) for value in box],
            "landmarks": [
                [round(float(value), 2) for value in mark]
                for mark in marks
                if np.isfinite(mark).all()
            ],
        }
        for box, score, marks in zip(faces.boxes, faces.scores, faces.landmarks, strict=True)
    ]
    return {"frame": number, "ms": round(ms, 2), "faces": found}


def draw(folder: Path, number: int, frame: Frame, faces: Detections) -> None:
    """Writes the frame with its faces as a JPEG."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = cv2.cvtColor(annotate(frame, faces), cv2.COLOR_RGB2BGR)
    cv2.imwrite(str(folder / f"frame_{number:06d}.jpg"), picture)


def show(args: argparse.Namespace) -> None:
    """Writes the faces of every frame as a JSON line."""
    with Detector(model_beside(), threads=args.threads) as detector:
        for number, frame in enumerate(frames(args)):
            if number == args.frames:
                break
            start = perf_counter()
            faces = detector.detect(frame)
            ms = 1000 * (perf_counter() - start)
            sys.stdout.write(json.dumps(described(number, faces, ms)) + "\n")
            sys.stdout.flush()
            if args.out:
                draw(args.out, number, frame, faces)


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
        show(parser.parse_args())
    except FeatherfaceError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
