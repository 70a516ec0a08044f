"""fe-board probe: what this machine is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.commands.output import json_text
from featherface_boards.probe import encode, probe
from featherface_edge.columns import aligned
from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from featherface_boards.probe import Board, Engine

_UNKNOWN = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-board probe takes."""
    parser.add_argument("--json", action="store_true", help="give everything as JSON")
    parser.add_argument(
        "--root",
        type=Path,
        default=Path("/"),
        metavar="DIR",
        help="look at this root file system, such as that of a mounted card",
    )


def run(args: argparse.Namespace) -> int:
    """Show the machine; give 0.

    Raises: UsageError when the root is no folder.
    """
    if not args.root.is_dir():
        message = f"{args.root} is no folder: give the root of a file system"
        raise UsageError(message)
    board = probe(args.root)
    shown = json_text(encode(board)) if args.json else _text(board)
    sys.stdout.write(f"{shown}\n")
    return 0


def _text(board: Board) -> str:
    return "\n".join(aligned([(name, _printable(value)) for name, value in _rows(board)]))


def _printable(value: str) -> str:
    """Give the text for a terminal, which obeys what files say otherwise."""
    return "".join(each if each.isprintable() else "?" for each in value) or _UNKNOWN


def _rows(board: Board) -> Iterable[tuple[str, str]]:
    system = board.system
    yield "board", board.model
    yield "known as", ", ".join(board.compatible)
    yield "processor", f"{board.cpu} ({board.arch or 'unknown'}, {board.cores} cores)"
    yield "clock", f"{board.clock_mhz} MHz at most" if board.clock_mhz else ""
    yield "governor", board.governor
    yield "for INT8", ", ".join(board.counted)
    yield "memory", f"{board.memory_mb} MiB, {board.swap_mb} MiB of swap"
    yield "system", ", ".join(filter(None, (system.os, system.vendor, system.kernel)))
    yield "Python", f"{system.python}, {board.bits} bits" if system.python else ""
    for engine in board.engines:
        yield engine.package, _engine(engine)
    for camera in board.cameras:
        yield "camera", f"{camera.uri} ({camera.title})"
    for zone in board.zones:
        known = zone.temperature_c is not None
        yield zone.name, f"{zone.temperature_c:.1f} degrees Celsius" if known else "off"
    yield "fingerprint", board.fingerprint


def _engine(engine: Engine) -> str:
    return f"{engine.version}, {engine.fault or 'on ' + ', '.join(engine.providers)}"
