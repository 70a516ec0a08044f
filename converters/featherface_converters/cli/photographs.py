"""Flags that say which photographs calibrate and prove."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from featherface_calibration import CalibrationSet, shipped_calibration, shipped_proof

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds --calibration and --proof-images."""
    group = parser.add_argument_group("photographs")
    group.add_argument(
        "--calibration",
        type=Path,
        metavar="DIR|FILE",
        help="photographs that set INT8 scales (default: shipped)",
    )
    group.add_argument(
        "--proof-images",
        type=Path,
        metavar="DIR|FILE",
        help="photographs of the proof; a .jsonl with labels adds AP",
    )


def calibration(args: argparse.Namespace) -> CalibrationSet:
    """The photographs that calibrate.

    Raises: DataError when there are none.
    """
    given: Path | None = args.calibration
    return CalibrationSet.from_path(given) if given else shipped_calibration()


def proof(args: argparse.Namespace) -> CalibrationSet:
    """The photographs that prove.

    Raises: DataError when there are none.
    """
    given: Path | None = args.proof_images
    return CalibrationSet.from_path(given) if given else shipped_proof()


def labels(args: argparse.Namespace) -> Path | None:
    """The JSON-lines file of the proof's faces, None where they are not known."""
    given: Path | None = args.proof_images
    return given if given is not None and given.suffix == ".jsonl" else None
