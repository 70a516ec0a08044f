"""The arguments of fe-eval."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from featherface_edge.evaluation.opening import CELL, ORIGINAL, Size

MIRROR = "flip"
DRAWS, FEWEST_DRAWS, MOST_DRAWS = 1000, 100, 10_000

_LARGEST_SCALE = 8.0


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """Declare what is evaluated on what."""
    parser.add_argument(
        "models",
        nargs="+",
        type=Path,
        metavar="MODEL",
        help="checkpoint (.safetensors) or converted file (.onnx, .tflite, .xml); the others are "
        "held against the first",
    )
    parser.add_argument(
        "data", type=Path, metavar="DATA", help="labelled pictures, in any format of fe-train"
    )
    parser.add_argument(
        "--ground-truth",
        type=Path,
        metavar="DIR",
        help="folder of wider_{face,easy,medium,hard}_val.mat (official subsets)",
    )
    parser.add_argument(
        "--peers",
        type=Path,
        metavar="DIR",
        help="folder with files of YuNet, SCRFD, Ultra-Light or BlazeFace: they take part, all "
        "are held against YuNet_n, and times are taken",
    )


def add_view(parser: argparse.ArgumentParser) -> None:
    """Declare how the models see the pictures."""
    parser.add_argument(
        "--size",
        type=size,
        metavar="WxH",
        help="a checkpoint's input, sides multiples of 32, or 'original' (default 640x640; "
        "converted files have their own)",
    )
    parser.add_argument(
        "--scales",
        type=scales,
        default=((1.0,), False),
        metavar="S,S,...",
        help="multiples of the size to detect at, the faces of all merged; 'flip' adds the "
        "mirrored picture: 0.5,1,1.5,flip",
    )
    parser.add_argument(
        "--threads", type=_threads, default=1, help="threads of the interpreter (default 1)"
    )
    parser.add_argument(
        "--device", default="cpu", help="where PyTorch computes, such as cuda (default cpu)"
    )


def add_outputs(parser: argparse.ArgumentParser) -> None:
    """Declare what is written."""
    parser.add_argument(
        "--bootstrap",
        type=_draws,
        default=DRAWS,
        metavar="N",
        help=f"draws of the pictures for the intervals, 0 = none (default {DRAWS})",
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE.html",
        help="write a page with tables, curves, worst misses and false alarms",
    )
    parser.add_argument(
        "--curves", type=Path, metavar="FILE.png", help="write precision over recall as a picture"
    )
    parser.add_argument("--json", type=Path, metavar="FILE.json", help="write the figures")
    parser.add_argument(
        "--predictions",
        type=Path,
        metavar="DIR",
        help="keep there what the models find, and do not look for it again",
    )


def size(text: str) -> Size:
    """The (width, height) of WxH, or 'original'.

    Raises: ArgumentTypeError for anything else.
    """
    if text == ORIGINAL:
        return ORIGINAL
    width, _, height = text.partition("x")
    sides = _sides(width, height or width, text)
    wrong = [side for side in sides if side < CELL or side % CELL]
    if wrong:
        near = "x".join(str(max(1, round(side / CELL)) * CELL) for side in sides)
        raise argparse.ArgumentTypeError(
            f"'{text}' has a side that is no multiple of {CELL}: the nearest size is {near}"
        )
    return sides


def scales(text: str) -> tuple[tuple[float, ...], bool]:
    """The scales of a list such as 0.5,1,flip, and whether it names 'flip'.

    Raises: ArgumentTypeError for anything else.
    """
    parts = [part.strip() for part in text.split(",")]
    try:
        numbers = tuple(dict.fromkeys(float(part) for part in parts if part != MIRROR))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"'{text}' is no list of scales: give numbers with commas, such as 0.5,1,1.5,flip"
        ) from error
    if not all(math.isfinite(number) and 0 < number <= _LARGEST_SCALE for number in numbers):
        raise argparse.ArgumentTypeError(
            f"'{text}' has a scale that is not above 0 and at most {_LARGEST_SCALE:g}"
        )
    return numbers or (1.0,), MIRROR in parts


def _sides(width: str, height: str, text: str) -> tuple[int, int]:
    try:
        return int(width), int(height)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"'{text}' is no size: give WxH such as 640x480, or 'original'"
        ) from error


def _threads(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of threads: give 1 or more")
    return int(text)


def _draws(text: str) -> int:
    count = int(text) if text.isdecimal() else -1
    if count != 0 and not FEWEST_DRAWS <= count <= MOST_DRAWS:
        raise argparse.ArgumentTypeError(
            f"'{text}' is no number of draws: give 0, or {FEWEST_DRAWS} to {MOST_DRAWS}"
        )
    return count
