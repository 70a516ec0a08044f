"""Flags of INT8 tuning."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from featherface_calibration import CalibrationSet
from featherface_converters.tuning.contest import LEAST_F1, MOST_LOST
from featherface_converters.tuning.course import STEPS, Lesson
from featherface_converters.tuning.tune import Tuning
from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds --tune and --tune-steps."""
    group = parser.add_argument_group("tuning")
    group.add_argument(
        "--tune",
        type=Path,
        metavar="DIR|FILE",
        help="photographs to tune INT8 weights with, no labels needed, where rounding costs more "
        f"than {100 * MOST_LOST} points of AP (of unlabelled proof images: F1 below {LEAST_F1})",
    )
    group.add_argument(
        "--tune-steps",
        type=int,
        default=STEPS,
        metavar="N",
        help=f"steps of a tuning (default {STEPS})",
    )


def tuning(args: argparse.Namespace) -> Tuning | None:
    """How to tune, None where not asked for.

    Raises: UsageError for no step, DataError for no photographs.
    """
    photographs: Path | None = args.tune
    if args.tune_steps < 1:
        raise UsageError(f"--tune-steps is {args.tune_steps}, wanted at least 1")
    if photographs is None:
        return None
    return Tuning(CalibrationSet.from_path(photographs), Lesson(steps=args.tune_steps))
