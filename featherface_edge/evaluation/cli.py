"""fe-eval: average precision of checkpoints and converted files."""

from __future__ import annotations

import sys
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING

from featherface_edge import __version__
from featherface_edge.data.formats import read_dataset
from featherface_edge.evaluation.arguments import add_inputs, add_outputs, add_view
from featherface_edge.evaluation.bootstrap import draws
from featherface_edge.evaluation.comparison import comparison, measured
from featherface_edge.evaluation.matching import MATCH_IOU
from featherface_edge.evaluation.memory import PredictionFile
from featherface_edge.evaluation.names import short_names
from featherface_edge.evaluation.opening import Setting, opened, require_model, setting_key
from featherface_edge.evaluation.outputs import (
    require_writable,
    require_writable_folder,
    write_output,
)
from featherface_edge.evaluation.progress import Progress
from featherface_edge.evaluation.run import PROTOCOL, evaluate, truths_of
from featherface_edge.evaluation.table import text_lines, to_json
from featherface_edge.optional import load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import ModuleType

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.evaluation.comparison import Comparison
    from featherface_edge.evaluation.run import Memory, Result, Truths

_KEY_DIGITS = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of fe-eval."""
    add_inputs(parser)
    add_view(parser)
    add_outputs(parser)


def run(args: argparse.Namespace) -> int:
    """Evaluate every model, print the table, write what was asked for."""
    names = short_names(args.models)
    _check(args)
    images = read_dataset(args.data)
    truths = truths_of(images, args.ground_truth)
    results = _evaluated(args, names, images, truths)
    drawn = draws(len(images), args.bootstrap) if args.bootstrap else None
    models = [measured(name, result, drawn) for name, result in zip(names, results, strict=True)]
    found = comparison(models, images, truths, args.bootstrap, _conditions(args))
    print("\n".join(text_lines(found)))
    _write(args, found, images)
    return 0


def _check(args: argparse.Namespace) -> None:
    """What can be known to fail is so before the long part."""
    for model in args.models:
        require_model(model)
    wanted = ((args.report, ".html"), (args.curves, ".png"), (args.json, ".json"))
    for path, suffix in wanted:
        if path:
            require_writable(path, suffix, [*args.models, args.data])
    if args.predictions:
        require_writable_folder(args.predictions)
    for path, name in ((args.curves, "figures"), (args.report, "report")):
        if path:
            _part(name)


def _evaluated(
    args: argparse.Namespace, names: Sequence[str], images: Sequence[LabelledImage], truths: Truths
) -> list[Result]:
    scales, mirror = args.scales
    setting = Setting(args.size, scales, mirror, args.threads, args.device)
    results: list[Result] = []
    with ExitStack() as stack:
        # All are opened before the first is evaluated: a wrong last one would waste the others.
        detectors = [stack.enter_context(opened(path, setting)) for path in args.models]
        for name, path, detector in zip(names, args.models, detectors, strict=True):
            progress = Progress(name, sys.stderr)
            with _memory(args.predictions, path, setting) as memory:
                results.append(evaluate(detector, images, truths, progress, memory=memory))
    return results


def _conditions(args: argparse.Namespace) -> dict[str, str]:
    scales, mirror = args.scales
    size = args.size or "640x640 for checkpoints, their own for converted files"
    return {
        "data": args.data.name,
        "faces": "official WIDER FACE val" if args.ground_truth else "labels of the data",
        "size": size if isinstance(size, str) else "x".join(map(str, size)),
        "scales": ", ".join([*(f"{scale:g}" for scale in scales), *["flip"] * mirror]),
        "protocol": (
            f"score above {PROTOCOL.score}, NMS at {PROTOCOL.iou}, match at IoU {MATCH_IOU}"
        ),
        "featherface-edge": __version__,
    }


def _memory(
    folder: Path | None, model: Path, setting: Setting
) -> AbstractContextManager[Memory | None]:
    if folder is None:
        return nullcontext()
    key = setting_key(model, setting)[:_KEY_DIGITS]
    return PredictionFile(folder / f"{model.stem}-{key}.npz")


def _write(args: argparse.Namespace, found: Comparison, images: Sequence[LabelledImage]) -> None:
    if args.json:
        write_output(args.json, to_json(found).encode())
    if args.curves:
        figures = _part("figures")
        write_output(args.curves, figures.png(figures.curves(found)))
    if args.report:
        write_output(args.report, _part("report").page(found, images).encode())


def _part(name: str) -> ModuleType:
    """A part of this package that needs packages of its own."""
    return load(f"featherface_edge.evaluation.{name}", "drawing results", "train")
