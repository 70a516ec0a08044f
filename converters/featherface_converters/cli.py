"""`fe-convert`: model files for boards, each proven against its float original."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_calibration import CalibrationSet, shipped_calibration, shipped_proof
from featherface_converters.convert import Order, Outcome, convert
from featherface_converters.report import table
from featherface_converters.targets import TARGETS, parsed
from featherface_converters.tuning.contest import LEAST_F1, MOST_LOST
from featherface_converters.tuning.course import STEPS, Lesson
from featherface_converters.tuning.tune import Tuning
from featherface_edge.errors import UsageError
from featherface_edge.models.checkpoints import shipped

if TYPE_CHECKING:
    import argparse

EXIT_OK, EXIT_UNPROVEN = 0, 3
DEFAULT_TARGET = "tflite-int8"
DEFAULT_NETWORK = "edge"
CELL = 32  # sides are multiples of the largest stride
_SIZE = re.compile(r"(\d+)x(\d+)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the flags of fe-convert."""
    parser.add_argument(
        "--target",
        action="append",
        metavar="NAME[,NAME...]",
        help=f"what to make, repeatable: {', '.join(TARGETS)} (default {DEFAULT_TARGET})",
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--network", default=DEFAULT_NETWORK, help="shipped weights of this network (default edge)"
    )
    source.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="weights from fe-train, .safetensors"
    )
    parser.add_argument(
        "--size", metavar="WxH", help="the canvas in pixels, multiples of 32 (default 640x640)"
    )
    parser.add_argument(
        "--calibration",
        type=Path,
        metavar="DIR|FILE",
        help="photographs that set INT8 scales (default: shipped)",
    )
    parser.add_argument(
        "--proof-images",
        type=Path,
        metavar="DIR|FILE",
        help="photographs of the proof; a .jsonl with labels adds AP",
    )
    parser.add_argument(
        "--tune",
        type=Path,
        metavar="DIR|FILE",
        help="photographs to tune INT8 weights with, no labels needed, where rounding costs more "
        f"than {100 * MOST_LOST} points of AP (of unlabelled proof images: F1 below {LEAST_F1})",
    )
    parser.add_argument(
        "--tune-steps",
        type=int,
        default=STEPS,
        metavar="N",
        help=f"steps of a tuning (default {STEPS})",
    )
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        default=Path(),
        metavar="DIR|FILE",
        help="where to write (default: here)",
    )


def run(args: argparse.Namespace) -> int:
    """Converts, shows the proofs as a table, and gives 3 where one failed."""
    outcomes = convert(_order(args), _say)
    sys.stdout.write(f"{table(outcomes)}\n")
    for outcome in outcomes:
        sys.stdout.write(f"{_summary(outcome)}\n")
    return EXIT_UNPROVEN if any(outcome.proof.faults for outcome in outcomes) else EXIT_OK


def _order(args: argparse.Namespace) -> Order:
    given: Path | None = args.proof_images
    return Order(
        targets=tuple(parsed(args.target or [DEFAULT_TARGET])),
        checkpoint=args.checkpoint or shipped(args.network),
        calibration=CalibrationSet.from_path(args.calibration)
        if args.calibration
        else shipped_calibration(),
        photographs=CalibrationSet.from_path(given) if given else shipped_proof(),
        out=args.out,
        size=_size(args.size) if args.size else None,
        labels=given if given is not None and given.suffix == ".jsonl" else None,
        tuning=_tuning(args.tune, args.tune_steps),
    )


def _tuning(photographs: Path | None, steps: int) -> Tuning | None:
    if steps < 1:
        raise UsageError(f"--tune-steps is {steps}, wanted at least 1")
    if photographs is None:
        return None
    return Tuning(CalibrationSet.from_path(photographs), Lesson(steps=steps))


def _size(text: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(text)
    if found is None:
        raise UsageError(f"--size is {text!r}, wanted WxH such as 640x480")
    width, height = int(found[1]), int(found[2])
    if min(width, height) < CELL or width % CELL or height % CELL:
        raise UsageError(f"--size is {text}, wanted multiples of {CELL} such as 640x480")
    return width, height


def _say(text: str) -> None:
    sys.stderr.write(f"fe-convert: {text}\n")
    sys.stderr.flush()


def _summary(outcome: Outcome) -> str:
    contest = outcome.proof.contest
    tuning = "" if contest is None else f"; {contest.in_words()}"
    if outcome.proof.faults:
        return f"{outcome.path}: proof failed: {'; '.join(outcome.proof.faults)}{tuning}"
    return f"{outcome.path}: proof passed{tuning}"
