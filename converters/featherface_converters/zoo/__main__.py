"""The command that builds the zoo: python -m featherface_converters.zoo CHECKPOINT..."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from featherface_converters.zoo.build import Watch, build
from featherface_converters.zoo.order import SIZES, WITHIN, ZooOrder
from featherface_edge.arguments import size
from featherface_edge.errors import FeatherfaceError
from featherface_edge.evaluation.progress import Progress
from featherface_runtime.zoo import SHELF
from featherface_runtime.zoo.table import text

EXIT_OK, EXIT_ERROR, EXIT_UNPROVEN = 0, 2, 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="featherface_converters.zoo", description=__doc__)
    parser.add_argument("checkpoints", type=Path, nargs="+", metavar="CHECKPOINT")
    parser.add_argument(
        "--size", type=size, action="append", metavar="WxH", help=f"repeatable (default {SIZES})"
    )
    needed = (
        ("--val", "labelled photographs of WIDER FACE val"),
        ("--ground-truth", "folder of WIDER FACE's .mat files"),
        ("--landmarks", "labelled photographs, those with five landmarks count"),
        ("--references", "folder of a rival's model files with our manifest, 640x640 among them"),
    )
    for flag, words in needed:
        parser.add_argument(flag, type=Path, required=True, metavar="PATH", help=words)
    parser.add_argument(
        "--within",
        type=float,
        default=WITHIN,
        help=f"most time of the default, in units of the rival's at 640x640 (default {WITHIN})",
    )
    for flag, words in (
        ("--tune", "photographs to tune INT8 weights with, where 'fe-convert --tune' would"),
        ("--proof-images", "photographs of the proofs (default: shipped); a .jsonl adds AP"),
    ):
        parser.add_argument(flag, type=Path, metavar="PATH", help=words)
    parser.add_argument(
        "--work", type=Path, default=Path("build/zoo"), help="what a run leaves for the next"
    )
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        default=SHELF,
        help="the folder to replace (default: the package's)",
    )
    return parser


def _order(args: argparse.Namespace) -> ZooOrder:
    return ZooOrder(
        checkpoints=tuple(args.checkpoints),
        shelf=args.out,
        work=args.work,
        val=args.val,
        ground_truth=args.ground_truth,
        landmarks=args.landmarks,
        references=args.references,
        sizes=tuple(args.size or SIZES),
        within=args.within,
        tune=args.tune,
        proof=args.proof_images,
    )


def _say(words: str) -> None:
    print(f"zoo: {words}", file=sys.stderr, flush=True)


def main() -> int:
    """The exit status: 0, 2 after an error, or 3 when a proof failed and its model was left out."""
    args = _parser().parse_args()
    try:
        built = build(_order(args), Watch(_say, lambda name: Progress(name, sys.stderr)))
    except FeatherfaceError as error:
        print(f"zoo: {' '.join(str(error).split())}", file=sys.stderr)
        return EXIT_ERROR
    print(text(built.index, built.index.artifacts))
    for reason in built.refused:
        print(f"left out: {reason}", file=sys.stderr)
    return EXIT_UNPROVEN if built.refused else EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
