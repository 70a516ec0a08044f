"""Flags that say which photographs calibrate and prove."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from featherface_calibration import CalibrationSet, shipped_calibration, shipped_proof
from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds --calibration, --proof-images and --ground-truth."""
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
    group.add_argument(
        "--ground-truth",
        type=Path,
        metavar="DIR",
        help="official .mat files of WIDER FACE val, where --proof-images are of it: adds AP of "
        "easy, medium and hard",
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


def ground_truth(args: argparse.Namespace) -> Path | None:
    """The folder of official faces, None where not given.

    Raises: UsageError where the proof's photographs have no labels.
    """
    folder: Path | None = args.ground_truth
    if folder is not None and labels(args) is None:
        raise UsageError("--ground-truth without labels: give --proof-images a .jsonl file")
    return folder
