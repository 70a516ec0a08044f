"""fe-calib build: a set from folders, lists, videos and cameras."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from featherface_calibration.building import CODINGS, METHODS, Order, build
from featherface_calibration.building.runtime import covers
from featherface_edge.arguments import size

EXIT_OK, EXIT_INCOMPLETE = 0, 1
CHEAPEST = "blur"  # of the covers: docs/calibration.md has the measurement
_COLOUR = re.compile(r"(\d{1,3}),(\d{1,3}),(\d{1,3})")
_BYTE_MAX = 255


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-calib build takes."""
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="a folder, picture, video, list (.txt, .jsonl), label file of WIDER FACE, COCO or "
        "YOLO, or the URI of a camera or stream; none: the board's first camera",
    )
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE.calib")
    parser.add_argument(
        "--size", type=int, default=64, metavar="N", help="pictures in the set (default 64)"
    )
    parser.add_argument(
        "--canvas", type=size, default=(320, 320), metavar="WxH", help="of the network, 320x320"
    )
    parser.add_argument(
        "--pad",
        type=_colour,
        default=(128, 128, 128),
        metavar="R,G,B",
        help="colour beside the frame, as the network has it (default 128,128,128)",
    )
    parser.add_argument(
        "--seconds", type=float, default=60.0, help="of every camera and stream (default 60)"
    )
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="look at one of N frames of videos"
    )
    parser.add_argument("--method", choices=METHODS, default=METHODS[0], help="how it is chosen")
    parser.add_argument("--seed", type=int, default=0, help="settles the order of equals")
    parser.add_argument(
        "--anonymise",
        nargs="?",
        choices=covers(),
        const=CHEAPEST,
        default="",
        help=f"cover faces, so that none is recognised (default {CHEAPEST}: INT8 suffers least)",
    )
    parser.add_argument("--coding", choices=CODINGS, default=CODINGS[0], help="of the pictures")


def run(args: argparse.Namespace) -> int:
    """Build the set; give 1 where a photograph or video could not be read."""
    order = Order(
        sources=tuple(args.sources),
        size=args.size,
        out=args.out,
        canvas=args.canvas,
        pad=args.pad,
        seconds=args.seconds,
        every=args.every,
        method=args.method,
        seed=args.seed,
        anonymise=args.anonymise,
        coding=args.coding,
    )
    told = build(order, _say)
    counts = ", ".join(f"{count} {name}" for name, count in sorted(told.counts.items()))
    sys.stdout.write(f"{args.out}: {told.pictures} pictures out of {counts}\n")
    if told.pictures < args.size:
        sys.stderr.write(f"{args.out.name}: wanted {args.size} pictures: give more sources\n")
    return EXIT_INCOMPLETE if told.unread else EXIT_OK


def _say(text: str) -> None:
    sys.stderr.write(f"fe-calib: {text}\n")
    sys.stderr.flush()


def _colour(text: str) -> tuple[int, int, int]:
    found = _COLOUR.fullmatch(text)
    if found is None or max(map(int, found.groups())) > _BYTE_MAX:
        raise argparse.ArgumentTypeError(f"'{text}' is no colour: give R,G,B such as 128,128,128")
    red, green, blue = map(int, found.groups())
    return red, green, blue
