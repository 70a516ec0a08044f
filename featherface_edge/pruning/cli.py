"""fe-prune: a smaller network from a trained one, within a budget, proven in INT8."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_edge.pruning.config import ENGINES, PRUNING
from featherface_edge.pruning.run.whole import prune
from featherface_edge.training.config.reader import read_record

if TYPE_CHECKING:
    import argparse

    from featherface_edge.pruning.config import PruneConfig
    from featherface_edge.pruning.record import PruningRecord

EXIT_OK, EXIT_UNPROVEN = 0, 3
BOARDS = ("local",)
BUDGETS = {"params": "parameters", "macs": "macs", "ms": "ms"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of fe-prune."""
    parser.add_argument(
        "config",
        nargs="?",
        type=Path,
        metavar="CONFIG",
        help=f"pruning file (.toml), or a shipped one: {', '.join(PRUNING.preset_names)}",
    )
    parser.add_argument(
        "overrides",
        nargs="*",
        metavar="KEY=VALUE",
        help="such as train.distill.teacher=v1.safetensors",
    )
    parser.add_argument("--network", help="the shipped pruning file of this network")
    parser.add_argument("--target-params", metavar="N", help="parameters it may have")
    parser.add_argument("--target-macs", metavar="N", help="multiply-accumulates of a picture")
    parser.add_argument("--target-ms", metavar="MS", help="milliseconds of the INT8 artifact")
    parser.add_argument("--engine", choices=ENGINES, help="interpreter that is timed")
    parser.add_argument("--board", choices=BOARDS, default="local", help="where: this machine")
    parser.add_argument(
        "-o", "--out", type=Path, metavar="DIR", help="run folder; a killed run there goes on"
    )


def run(args: argparse.Namespace) -> int:
    """Prunes, shows what became of the network, and gives 3 where a proof failed."""
    config = _config(args)
    folder = args.out or Path("runs") / config.name
    record = prune(config, folder, _say)
    sys.stdout.write(_summary(record, folder))
    return EXIT_OK if all(row.passed for row in record.proofs) else EXIT_UNPROVEN


def _config(args: argparse.Namespace) -> PruneConfig:
    given = [args.config] if args.config is not None else []
    words = [str(word) for word in (*given, *args.overrides)]
    files = [word for word in words if "=" not in word]
    if len(files) + bool(args.network) != 1:
        raise UsageError(
            f"{len(files) + bool(args.network)} pruning files are named, wanted one: give CONFIG "
            f"or --network, such as --network {PRUNING.preset_names[0]}"
        )
    overrides = [word for word in words if "=" in word] + _targets(args)
    return read_record(PRUNING, Path(files[0] if files else args.network), overrides)


def _targets(args: argparse.Namespace) -> list[str]:
    """The overrides that the flags stand for; a budget takes the file's away."""
    given = {
        key: getattr(args, f"target_{flag}")
        for flag, key in BUDGETS.items()
        if getattr(args, f"target_{flag}") is not None
    }
    found = [f"target.{key}={given.get(key, '')}" for key in BUDGETS.values()] if given else []
    return found + ([f"target.engine={args.engine}"] if args.engine else [])


def _summary(record: PruningRecord, folder: Path) -> str:
    lines: list[str] = []
    for standing in record.standings:
        times = ", ".join(f"{ms:.2f} ms {engine}" for engine, ms in standing.milliseconds.items())
        reached = " / ".join(f"{100 * value:.1f}" for value in standing.precision.values())
        lines.append(
            f"{standing.name:11}{standing.parameters:>9,} parameters  "
            f"{standing.macs / 1e6:>7,.0f} M MACs  {times}{'  AP ' + reached if reached else ''}"
        )
    lines += [
        f"{row.target}: proof {'passed' if row.passed else 'failed'}" for row in record.proofs
    ]
    name = record.setup.network
    return "\n".join([*lines, f"{folder}: {name}.safetensors, {name}.md, report.html", ""])


def _say(line: str) -> None:
    sys.stderr.write(f"fe-prune: {line}\n")
    sys.stderr.flush()
