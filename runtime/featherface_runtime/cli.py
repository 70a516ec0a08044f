"""fe-detect: faces in photographs, folders of them, and videos."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from featherface_edge.arguments import size
from featherface_edge.errors import UsageError
from featherface_runtime.detector import Detector
from featherface_runtime.live import Plain
from featherface_runtime.live.finisher import Finisher
from featherface_runtime.privacy import COVERS, Privacy
from featherface_runtime.scan import Unreadable, described, gather, scan
from featherface_runtime.sinks import JsonLines, Pictures, Sink, StreamInfo
from featherface_runtime.track import TrackOptions, options_for
from featherface_runtime.zoo import (
    SHELF,
    SUFFIXES,
    Shipped,
    choose,
    is_file,
    is_model,
    read_index,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_edge.spec import ModelSpec, Thresholds
    from featherface_runtime.live import Finishes
    from featherface_runtime.live.result import Result
    from featherface_runtime.live.shot import Shot
    from featherface_runtime.privacy import Cover

_STDOUT = "-"
_FRAMES_A_NOTE = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-detect takes."""
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="a photograph, a video, or a folder of them; without --model, a model may come first",
    )
    parser.add_argument(
        "--model",
        metavar="NAME|FILE",
        help="a shipped model ('fe models' lists them and stars the default), or a .onnx, .tflite "
        "or .xml file of fe-convert",
    )
    parser.add_argument("--size", type=size, metavar="WxH", help="canvas of the shipped model")
    parser.add_argument("--format", choices=list(SUFFIXES), help="format of the shipped model")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write annotated pictures there")
    parser.add_argument(
        "--anonymise", choices=COVERS, help="cover the faces in the pictures of --out"
    )
    parser.add_argument(
        "--json", metavar="FILE", help="write a JSON line for each frame; '-' is standard output"
    )
    parser.add_argument("--score", type=_share, help="least score of a face, 0 to 1")
    parser.add_argument("--iou", type=_share, help="overlap of two boxes of one face, 0 to 1")
    parser.add_argument("--threads", type=_count, help="threads of one inference")
    parser.add_argument("--provider", help="device or execution provider of the interpreter")


def run(args: argparse.Namespace) -> int:
    """Find the faces and show them; give 0, or 1 when a source could not be read."""
    model, sources = _named(args)
    with ExitStack() as stack:
        detector = stack.enter_context(
            Detector(model, threads=args.threads, provider=args.provider)
        )
        limits = _thresholds(detector.spec.thresholds, args)
        detector.thresholds = limits
        if args.anonymise:  # faces that are too unsure to be told of are covered as well
            detector.thresholds = replace(limits, score=min(limits.score, TrackOptions().low))
        # With JSON on standard output, what is for people goes beside it.
        shown = sys.stderr if args.json == _STDOUT else sys.stdout
        if isinstance(model, Shipped):
            shown.write(_model_line(model) + "\n")
        shown.write(proof_line(detector.spec) + "\n")
        finisher = partial(_finisher, limits.score, args.anonymise)
        return _show(detector, sources, _sinks(args, stack), shown, finisher)


def proof_line(spec: ModelSpec) -> str:
    """Give what the file's manifest says of its agreement with the float original, one line."""
    if spec.proof is None:
        return "proof: none in this file"
    named = (("precision", "precision"), ("recall", "recall"), ("mean_iou", "mean IoU"))
    shown = [(title, spec.proof.get(key)) for key, title in named]
    figures = " ".join(f"{title} {value:.3f}" for title, value in shown if isinstance(value, float))
    return f"proof: {spec.proof['verdict']}" + (f" - {figures}" if figures else "")


def _named(args: argparse.Namespace) -> tuple[Path | Shipped, list[Path]]:
    """Give the model and the sources that the command line names."""
    if args.anonymise and args.out is None:
        message = "--anonymise covers faces in the pictures of --out: give --out as well"
        raise UsageError(message)
    sources: list[str] = list(args.sources)
    name: str = args.model or (sources.pop(0) if is_model(sources[0]) else "")
    if not sources:
        message = f"{name} is a model, and there is no photograph for it: name one behind it"
        raise UsageError(message)
    if not is_file(name):
        return Shipped(name, args.size, args.format), list(map(Path, sources))
    if args.size or args.format:
        message = f"{name} has a size and a format of its own: leave out --size and --format"
        raise UsageError(message)
    return Path(name), list(map(Path, sources))


def _model_line(wish: Shipped) -> str:
    found = choose(wish, read_index(SHELF))
    return f"model: {found.network} {found.size} {found.format}"


def _finisher(score: float, cover: Cover | None) -> Finishes:
    """Give what finishes the frames of one source."""
    if cover is None:
        return Plain(score)
    return Finisher(options_for(score), privacy=Privacy(cover))


def _show(
    detector: Detector,
    paths: list[Path],
    sinks: list[Sink],
    shown: TextIO,
    finisher: Callable[[], Finishes],
) -> int:
    status, found = 0, gather(paths)
    stills = {each.name for each in described(found) if each.still}
    for sink in sinks:
        sink.begin(StreamInfo(described(found), detector.spec.network))
    for index, source in enumerate(found, start=1):
        if len(found) > 1:
            sys.stderr.write(f"[{index}/{len(found)}] {_name(source)}\n")
        seen = scan(detector, source, finisher()) if isinstance(source, Path) else [source]
        for result in seen:
            if isinstance(result, Unreadable):
                status = 1
                sys.stderr.write(f"not read: {result.reason}\n")
            else:
                shown.write(_faces(result, still=result.shot.source in stills))
                _note_progress(result.shot)
                for sink in sinks:
                    sink.write(result)
    return status


def _name(source: Path | Unreadable) -> Path:
    return source.source if isinstance(source, Unreadable) else source


def _faces(result: Result, *, still: bool) -> str:
    frame = "" if still else f" frame {result.shot.sequence}"
    count = len(result.faces)
    lines = [f"{result.shot.source}{frame}: {count} face{'' if count == 1 else 's'}"]
    for box, score in zip(result.faces.boxes, result.faces.scores, strict=True):
        corners = " ".join(f"{value:.1f}" for value in box)
        lines.append(f"  {score:.3f}  {corners}")
    return "\n".join(lines) + "\n"


def _note_progress(shot: Shot) -> None:
    if shot.sequence and shot.sequence % _FRAMES_A_NOTE == 0:
        sys.stderr.write(f"{shot.source}: {shot.sequence} frames\n")


def _sinks(args: argparse.Namespace, stack: ExitStack) -> list[Sink]:
    sinks: list[Sink] = []
    if args.out is not None:
        sinks.append(Pictures(args.out))
    if args.json == _STDOUT:
        sinks.append(JsonLines(sys.stdout))
    elif args.json is not None:
        sinks.append(JsonLines(stack.enter_context(_opened(Path(args.json)))))
    for sink in sinks:
        stack.callback(sink.close)
    return sinks


def _opened(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}): choose another --json"
        raise UsageError(message) from error


def _thresholds(own: Thresholds, args: argparse.Namespace) -> Thresholds:
    given = {name: getattr(args, name) for name in ("score", "iou")}
    return replace(own, **{name: value for name, value in given.items() if value is not None})


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        message = f"{text} is not from 0 to 1"
        raise argparse.ArgumentTypeError(message)
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        message = f"{text} is not 1 or more"
        raise argparse.ArgumentTypeError(message)
    return value
