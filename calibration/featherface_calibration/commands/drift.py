"""fe-calib drift: does the camera still see what the model was calibrated for?"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_calibration.drift import drift, told
from featherface_calibration.manifests import manifest_of
from featherface_edge.errors import DataError, ModelFileError
from featherface_edge.sketch import model_of, read_sketch

if TYPE_CHECKING:
    import argparse

    from featherface_calibration.drift import Drift

EXIT_DRIFT = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-calib drift takes."""
    parser.add_argument("model", metavar="MODEL", help="the model file that the camera runs")
    parser.add_argument("sketch", type=Path, metavar="SKETCH", help="of fe-camera --sketch")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")


def run(args: argparse.Namespace) -> int:
    """Say whether to calibrate again; give 3 when so, else 0."""
    spec = manifest_of(args.model)
    if spec.usual is None:
        raise ModelFileError(
            f"{args.model} does not say what it was calibrated with: convert it again with this "
            "release"
        )
    sketch = read_sketch(args.sketch)
    if sketch.model != model_of(spec):
        raise DataError(
            f"{args.sketch} is of {sketch.model.get('network')} {sketch.model.get('size')}, not of "
            f"{args.model}: give the model that the camera runs"
        )
    found = drift(spec.usual, sketch)
    sys.stdout.write(_as_json(found) if args.json else _as_text(found))
    return EXIT_DRIFT if found.found else 0


def _as_text(found: Drift) -> str:
    if not found.enough:
        word = "too little seen to say: let the camera run on"
    elif found.found:
        word = "the camera sees something else: build a set of it and convert again"
    else:
        word = "the camera sees what the model was calibrated for"
    seen = f"{found.frames} frames, worth {found.independent} independent ones"
    return "\n".join([word, seen, *told(found)]) + "\n"


def _as_json(found: Drift) -> str:
    record = {**asdict(found), "enough": found.enough, "drift": found.found}
    return json.dumps(record, indent=1) + "\n"
