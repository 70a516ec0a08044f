"""fe-eval: average precision of checkpoints and converted files."""

from __future__ import annotations

import sys
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from featherface_edge import __version__
from featherface_edge.data.formats import read_dataset
from featherface_edge.evaluation.arguments import add_inputs, add_outputs, add_view
from featherface_edge.evaluation.bootstrap import draws
from featherface_edge.evaluation.comparison import comparison, measured
from featherface_edge.evaluation.contestants import field
from featherface_edge.evaluation.matching import MATCH_IOU
from featherface_edge.evaluation.memory import PredictionFile
from featherface_edge.evaluation.names import short_names
from featherface_edge.evaluation.opening import Setting, require_model, setting_key
from featherface_edge.evaluation.outputs import (
    require_writable,
    require_writable_folder,
    write_output,
)
from featherface_edge.evaluation.progress import Progress
from featherface_edge.evaluation.run import PROTOCOL, evaluate, truths_of
from featherface_edge.evaluation.table import text_lines, to_json
from featherface_edge.evaluation.timing import ROUNDS, clock_for, interleaved, ratios
from featherface_edge.images import read_image
from featherface_edge.optional import load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import ModuleType

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.evaluation.comparison import Comparison
    from featherface_edge.evaluation.contestants import Contestant, Field
    from featherface_edge.evaluation.run import Memory, Result, Truths

_KEY_DIGITS = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of fe-eval."""
    add_inputs(parser)
    add_view(parser)
    add_outputs(parser)


def run(args: argparse.Namespace) -> int:
    """Evaluate every model, print the table, write what was asked for."""
    _check(args)
    images = read_dataset(args.data)
    truths = truths_of(images, args.ground_truth)
    scales, mirror = args.scales
    setting = Setting(args.size, scales, mirror, args.threads, args.device)
    drawn = draws(len(images), args.bootstrap) if args.bootstrap else None
    with ExitStack() as stack:
        taking_part = field(args.models, args.peers, setting, stack)
        models = [
            measured(each.name, _evaluated(each, args.predictions, images, truths), drawn)
            for each in taking_part.contestants
        ]
        found = replace(
            comparison(models, images, truths, args.bootstrap, _conditions(args, taking_part)),
            yardstick=taking_part.rival,
            time_ratios=_time_ratios(taking_part, images, models[0].result, args.threads),
        )
    print("\n".join([*text_lines(found), *_left_out_lines(taking_part)]))
    _write(args, found, images)
    return 0


def _check(args: argparse.Namespace) -> None:
    """What can be known to fail is so before the long part."""
    short_names(args.models)
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
    contestant: Contestant, kept: Path | None, images: Sequence[LabelledImage], truths: Truths
) -> Result:
    progress = Progress(contestant.name, sys.stderr)
    with _memory(kept, contestant.file, contestant.setting) as memory:
        return evaluate(contestant.detector, images, truths, progress, memory=memory)


def _time_ratios(
    taking_part: Field, images: Sequence[LabelledImage], result: Result, threads: int
) -> dict[str, float]:
    """Times on the first picture by that of the rival; none without a rival."""
    if not taking_part.rival:
        return {}
    place = next(place for place in range(len(images)) if place not in result.unread)
    frame = read_image(images[place].file)
    calls = {each.name: each.inference(frame) for each in taking_part.contestants if each.inference}
    return ratios(interleaved(calls, ROUNDS, clock_for(threads)), taking_part.rival)


def _conditions(args: argparse.Namespace, taking_part: Field) -> dict[str, str]:
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
        **({"left out": ", ".join(taking_part.left_out)} if taking_part.left_out else {}),
        **({"time": _time_condition(args, taking_part)} if taking_part.rival else {}),
        "featherface-edge": __version__,
    }


def _left_out_lines(taking_part: Field) -> list[str]:
    return [f"Left out: {', '.join(taking_part.left_out)}."] if taking_part.left_out else []


def _time_condition(args: argparse.Namespace, taking_part: Field) -> str:
    return (
        f"of one inference with {args.threads} thread(s), taken in turn, median of {ROUNDS} rounds "
        f"of the ratio to {taking_part.rival}, float32 in ONNX Runtime"
    )


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
        curves = _part("figures").curves(found)
        write_output(args.curves, _part("drawing").png(curves))
    if args.report:
        write_output(args.report, _part("report").page(found, images).encode())


def _part(name: str) -> ModuleType:
    """A part of this package that needs packages of its own."""
    return load(f"featherface_edge.evaluation.{name}", "drawing results", "train")
