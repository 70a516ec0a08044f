"""fe-train: import published weights, distil `edge`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from featherface_edge.data.crops import CropSampler
from featherface_edge.data.faces import LISTS, training_photographs
from featherface_edge.errors import UsageError
from featherface_edge.files import sha256_file
from featherface_edge.models import checkpoints
from featherface_edge.models.edge import Edge
from featherface_edge.models.featherface import FeatherFace
from featherface_edge.models.registry import NETWORKS, parameter_count
from featherface_edge.training.distill import DistillConfig, Lesson, distill

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

TEACHERS = "v1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands of fe-train."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    importing = actions.add_parser("import", help="turn a published .pth file into our safetensors")
    importing.add_argument("file", type=Path, metavar="FILE", help="published checkpoint")
    importing.add_argument(
        "--network",
        required=True,
        choices=sorted(set(NETWORKS) - {"edge"}),
        help="what it was trained as",
    )
    importing.add_argument(
        "-o", "--out", type=Path, metavar="OUT", help="file to write (default NETWORK.safetensors)"
    )
    importing.set_defaults(action=_import)
    distilling = actions.add_parser("distill", help="train edge from the V1 teacher")
    _add_files(distilling)
    _add_settings(distilling)
    distilling.set_defaults(action=_distill)


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--teacher",
        required=True,
        type=Path,
        metavar="FILE",
        help="imported V1 checkpoint (safetensors)",
    )
    parser.add_argument(
        "--data",
        required=True,
        type=Path,
        metavar="DIR",
        help="folder with train.jsonl, calib.jsonl, pseudo/",
    )
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        default=Path("edge.safetensors"),
        metavar="OUT",
        help="file to write",
    )
    parser.add_argument(
        "--start", type=Path, metavar="FILE", help="go on from this edge checkpoint, not from V1"
    )
    parser.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="file of the run, to resume it (default OUT.state)",
    )


def _add_settings(parser: argparse.ArgumentParser) -> None:
    defaults = DistillConfig()
    parser.add_argument(
        "--steps",
        type=int,
        default=defaults.steps,
        help=f"optimiser steps (default {defaults.steps})",
    )
    parser.add_argument(
        "--batch", type=int, default=defaults.batch, help=f"crops a step (default {defaults.batch})"
    )
    parser.add_argument(
        "--rate",
        type=float,
        default=defaults.rate,
        help=f"peak learning rate (default {defaults.rate})",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of crops (default 0)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="CPU threads")


def run(args: argparse.Namespace) -> int:
    """Run the chosen sub-command."""
    action: Callable[[argparse.Namespace], int] = args.action
    return action(args)


def _import(args: argparse.Namespace) -> int:
    model = checkpoints.import_upstream(args.file, args.network)
    out = args.out or Path(f"{args.network}.safetensors")
    training = {"source": args.file.name, "source_sha256": sha256_file(args.file)}
    spec = checkpoints.save(out, model, args.network, training)
    print(
        f"{out}: {args.network}, {parameter_count(model):,} parameters, "
        f"weights {spec.weights_sha256[:12]}"
    )
    return 0


def _distill(args: argparse.Namespace) -> int:
    teacher = checkpoints.load(args.teacher)
    if not isinstance(teacher.model, FeatherFace) or teacher.spec.network != TEACHERS:
        raise UsageError(
            f"{args.teacher} is '{teacher.spec.network}', "
            f"distillation wants a '{TEACHERS}' teacher: import one"
        )
    config = _config(args)
    torch.set_num_threads(args.threads)
    sampler = CropSampler(training_photographs(args.data), args.seed)
    state = args.state or args.out.with_suffix(".state")
    start = checkpoints.load(args.start) if args.start else None
    lesson = Lesson(teacher.model, sampler, None if start is None else _student(start, args.start))
    student = distill(lesson, config, state, _log)
    training = {
        "method": "feature and response mimicry with labels, fe-train distill",
        "teacher": f"{teacher.spec.network} {teacher.spec.weights_sha256}",
        "data": f"{args.data.name}: "
        + ", ".join(f"{name} {sha256_file(args.data / name)[:16]}" for name in LISTS),
        "start": "teacher" if start is None else start.spec.weights_sha256,
        "steps": str(args.steps),
        "batch": str(args.batch),
        "seed": str(args.seed),
    }
    spec = checkpoints.save(args.out, student, "edge", training)
    print(
        f"{args.out}: edge, {parameter_count(student):,} parameters, "
        f"weights {spec.weights_sha256[:12]}"
    )
    return 0


def _student(checkpoint: checkpoints.Checkpoint, path: Path) -> Edge:
    if not isinstance(checkpoint.model, Edge):
        raise UsageError(f"{path} is no 'edge' network: start from one, or without --start")
    return checkpoint.model


def _config(args: argparse.Namespace) -> DistillConfig:
    try:
        config = DistillConfig(steps=args.steps, batch=args.batch, rate=args.rate, seed=args.seed)
        return replace(config, anneal=0.0, label_from=0.0) if args.start else config
    except ValueError as error:
        raise UsageError(str(error)) from error


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
