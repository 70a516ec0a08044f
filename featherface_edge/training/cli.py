"""fe-train: networks, data, training, distillation, import."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.data import cli as data_cli
from featherface_edge.errors import UsageError
from featherface_edge.evaluation.checkpoint import CheckpointDetector
from featherface_edge.evaluation.progress import Progress
from featherface_edge.evaluation.run import PROTOCOL
from featherface_edge.files import sha256_file
from featherface_edge.models import checkpoints
from featherface_edge.models.registry import NETWORKS, parameter_count
from featherface_edge.training.config.reader import presets, read_config
from featherface_edge.training.labelling import Certainty, label
from featherface_edge.training.networks import networks_table
from featherface_edge.training.runner import carry_out

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from featherface_edge.training.config.records import TrainConfig

OURS = ("edge", "vit")  # never published, so there is nothing to import


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands of fe-train."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_run(actions.add_parser("fit", help="train a network from labels"), _fit)
    _add_run(actions.add_parser("distill", help="train a network from a teacher"), _distill)
    _add_networks(actions.add_parser("networks", help="list the networks"))
    data_cli.add_arguments(
        actions.add_parser("check-data", help="count a data set's faces and find its faults")
    )
    _add_label(actions.add_parser("label", help="label photographs by a trained network"))
    _add_import(actions.add_parser("import", help="turn a published .pth file into safetensors"))


def run(args: argparse.Namespace) -> int:
    """Run the chosen sub-command."""
    perform: Callable[[argparse.Namespace], int] = args.perform
    return perform(args)


def _add_run(parser: argparse.ArgumentParser, perform: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument(
        "config",
        type=Path,
        metavar="CONFIG",
        help=f"training file (.toml), or a shipped one: {', '.join(presets())}",
    )
    parser.add_argument(
        "overrides", nargs="*", metavar="KEY=VALUE", help="such as loop.batch=8 data.val=val.jsonl"
    )
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        metavar="DIR",
        help="run folder; an interrupted run there goes on (default runs/NETWORK)",
    )
    parser.set_defaults(perform=perform)


def _add_networks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NETWORK", help="these alone")
    parser.add_argument("--detail", action="store_true", help="parameters of every part")
    parser.set_defaults(perform=_networks)


def _add_label(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="who labels")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="of pictures, at any depth")
    parser.add_argument(
        "-o", "--out", type=Path, required=True, metavar="FILE", help="label file (.jsonl)"
    )
    parser.add_argument(
        "--sure", type=float, default=0.8, help="score from which a face is taught (default 0.8)"
    )
    parser.add_argument(
        "--seen", type=float, default=0.25, help="score from which it is ignored (default 0.25)"
    )
    parser.set_defaults(perform=_label)


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="published checkpoint")
    parser.add_argument(
        "--network",
        required=True,
        choices=sorted(set(NETWORKS) - set(OURS)),
        help="what it was trained as",
    )
    parser.add_argument(
        "-o", "--out", type=Path, metavar="OUT", help="file to write (default NETWORK.safetensors)"
    )
    parser.set_defaults(perform=_import)


def _networks(args: argparse.Namespace) -> int:
    print(networks_table(args.names, detail=args.detail))
    return 0


def _label(args: argparse.Namespace) -> int:
    try:
        certainty = Certainty(args.sure, args.seen)
    except ValueError as error:
        raise UsageError(f"{error}: correct --sure and --seen") from error
    thresholds = replace(PROTOCOL, score=certainty.seen)
    detector = CheckpointDetector(checkpoints.load(args.checkpoint), None, thresholds)
    progress = Progress(args.folder.name, sys.stderr)
    pictures, faces = label(detector, args.folder, args.out, certainty, progress)
    print(f"{args.out}: {faces} faces in {pictures} pictures")
    return 0


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


def _fit(args: argparse.Namespace) -> int:
    config = read_config(args.config, args.overrides)
    if config.distill is not None:
        raise UsageError(
            f"{args.config} has a section [distill]: run 'fe-train distill' with it, or take it out"
        )
    return _carry_out(config, args.out)


def _distill(args: argparse.Namespace) -> int:
    config = read_config(args.config, args.overrides)
    if config.distill is None:
        raise UsageError(
            f"{args.config} names no teacher: give distill.teacher=FILE, or run 'fe-train fit'"
        )
    return _carry_out(config, args.out)


def _carry_out(config: TrainConfig, out: Path | None) -> int:
    folder = out or Path("runs") / config.network
    result = carry_out(config, folder, _show)
    if os.environ.get("RANK", "0") == "0":
        kept = [file.name for file in (result.best, result.last) if file.is_file()]
        print(f"{folder}: {', '.join(kept)}, {result.card.name}, {result.curves.name}")
    return 0


def _show(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
