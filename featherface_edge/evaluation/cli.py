"""fe-eval: average precision of a checkpoint or an artifact."""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from featherface_edge.errors import UsageError
from featherface_edge.evaluation.run import PROTOCOL, FaceDetector, Result, evaluate
from featherface_edge.files import write_text

Size = tuple[int, int] | None
SQUARE = (640, 640)


def _open_checkpoint(path: Path, size: Size, threads: int) -> FaceDetector:
    module = import_module("featherface_edge.evaluation.checkpoint")
    detector: FaceDetector = module.open_detector(path, PROTOCOL, size, threads)
    return detector


def _open_artifact(path: Path, _size: Size, threads: int) -> FaceDetector:
    runtime = import_module("featherface_runtime")
    detector: FaceDetector = runtime.Detector(path, threads=threads, thresholds=PROTOCOL)
    return detector


OPENERS = {
    ".safetensors": _open_checkpoint,
    ".onnx": _open_artifact,
    ".tflite": _open_artifact,
    ".xml": _open_artifact,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of fe-eval."""
    parser.add_argument(
        "models", nargs="+", type=Path, metavar="MODEL", help="checkpoint or artifact"
    )
    parser.add_argument(
        "--data",
        required=True,
        type=Path,
        metavar="JSONL",
        help="labelled pictures, one JSON object a line",
    )
    parser.add_argument(
        "--ground-truth",
        type=Path,
        metavar="DIR",
        help="folder of wider_{face,easy,medium,hard}_val.mat (official subsets)",
    )
    parser.add_argument(
        "--size",
        type=_size,
        default=SQUARE,
        help="WxH of a checkpoint's input, or 'original' (default 640x640)",
    )
    parser.add_argument(
        "--threads", type=int, default=1, help="threads of the interpreter (default 1)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")


def run(args: argparse.Namespace) -> int:
    """Evaluate every model and print one line each."""
    results: dict[str, Result] = {}
    for path in args.models:
        detector = _opened(path, args.size, args.threads)
        results[str(path)] = evaluate(detector, args.data, args.ground_truth, _show_progress)
        print(_line(path, results[str(path)]))
    if args.json:
        write_text(
            args.json,
            json.dumps({name: result.precision for name, result in results.items()}, indent=1),
        )
    return 0


def _opened(path: Path, size: Size, threads: int) -> FaceDetector:
    if path.suffix not in OPENERS:
        raise UsageError(
            f"{path} ends in '{path.suffix}', known are {', '.join(OPENERS)}: give one of those"
        )
    return OPENERS[path.suffix](path, size, threads)


def _size(text: str) -> Size:
    if text == "original":
        return None
    width, _, height = text.partition("x")
    try:
        return int(width), int(height or width)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"'{text}' is no size: give WxH such as 640x480, or 'original'"
        ) from error


def _line(path: Path, result: Result) -> str:
    figures = "  ".join(f"{subset} {100 * value:.2f}" for subset, value in result.precision.items())
    return f"{path}: AP {figures}  ({result.images} pictures)"


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty() or done == total:
        print(
            f"\r{done}/{total} pictures",
            end="\n" if done == total else "",
            file=sys.stderr,
            flush=True,
        )
