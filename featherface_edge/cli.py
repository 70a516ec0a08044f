"""The command line: a table of the parts, and the one place where errors become a line of text."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from typing import TYPE_CHECKING, NamedTuple

from featherface_edge import __version__
from featherface_edge.errors import FeatherfaceError
from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXIT_OK, EXIT_INCOMPLETE, EXIT_ERROR, EXIT_INTERRUPTED = 0, 1, 2, 130


class Command(NamedTuple):
    """A part: its module with add_arguments(parser) and run(args), its extra, one line of help."""

    module: str
    extra: str
    summary: str


COMMANDS = {
    "train": Command(
        "featherface_edge.training.cli", "train", "import, distil or inspect a network"
    ),
    "prune": Command(
        "featherface_edge.pruning.cli", "prune", "make a trained network smaller, and prove it"
    ),
    "eval": Command("featherface_edge.evaluation.cli", "train", "measure average precision"),
    "convert": Command(
        "featherface_converters.cli", "convert", "make a model file for a board, and prove it"
    ),
    "detect": Command("featherface_runtime.cli", "", "find faces in photographs and videos"),
    "camera": Command("featherface_runtime.camera.cli", "", "find faces live, and show them"),
    "models": Command("featherface_runtime.zoo.cli", "", "list or unpack the shipped INT8 models"),
    "calib": Command(
        "featherface_calibration.cli", "", "build and judge sets of photographs for INT8 scales"
    ),
    "board": Command("featherface_boards.cli", "", "know a board, and check a model file on it"),
    "bench": Command("featherface_boards.bench.cli", "bench", "measure how long models take here"),
}


class CommandParser(argparse.ArgumentParser):
    """A parser of a command, or of its sub-commands: values and options may stand in any order."""

    _mixing = False

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse as argparse's intermixed form does, which itself calls this once more."""
        if self._mixing or self._subparsers is not None:
            return super().parse_known_args(args, namespace or argparse.Namespace())
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace or argparse.Namespace())
        finally:
            self._mixing = False


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `fe COMMAND ...`; give the exit status."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given and given[0] in COMMANDS:
        return _run(given[0], f"fe {given[0]}", given[1:])
    _overview().parse_args(given or ["--help"])
    return EXIT_OK


def train() -> int:
    """Run `fe-train ...`; give the exit status."""
    return _run("train", "fe-train", sys.argv[1:])


def prune() -> int:
    """Run `fe-prune ...`; give the exit status."""
    return _run("prune", "fe-prune", sys.argv[1:])


def evaluate() -> int:
    """Run `fe-eval ...`; give the exit status."""
    return _run("eval", "fe-eval", sys.argv[1:])


def convert() -> int:
    """Run `fe-convert ...`; give the exit status."""
    return _run("convert", "fe-convert", sys.argv[1:])


def detect() -> int:
    """Run `fe-detect ...`; give the exit status."""
    return _run("detect", "fe-detect", sys.argv[1:])


def camera() -> int:
    """Run `fe-camera ...`; give the exit status."""
    return _run("camera", "fe-camera", sys.argv[1:])


def models() -> int:
    """Run `fe-models ...`; give the exit status."""
    return _run("models", "fe-models", sys.argv[1:])


def calib() -> int:
    """Run `fe-calib ...`; give the exit status."""
    return _run("calib", "fe-calib", sys.argv[1:])


def board() -> int:
    """Run `fe-board ...`; give the exit status."""
    return _run("board", "fe-board", sys.argv[1:])


def bench() -> int:
    """Run `fe-bench ...`; give the exit status."""
    return _run("bench", "fe-bench", sys.argv[1:])


def _overview() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fe",
        description="Deploy FeatherFace face detectors on small boards.",
        epilog="'fe COMMAND --help' says more; 'fe-COMMAND' is the same as 'fe COMMAND'.",
    )
    parser.add_argument("--version", action="version", version=f"featherface-edge {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.summary, add_help=False)
    return parser


def _run(name: str, program: str, arguments: Sequence[str]) -> int:
    try:
        return _run_part(COMMANDS[name], program, arguments)
    except FeatherfaceError as error:
        sys.stderr.write(f"{program}: {' '.join(str(error).split())}\n")
        return EXIT_ERROR
    except KeyboardInterrupt:
        sys.stderr.write(f"{program}: interrupted\n")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Who reads our output has seen enough; keep the interpreter from flushing into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_INCOMPLETE


def _run_part(command: Command, program: str, arguments: Sequence[str]) -> int:
    part = load(command.module, program, command.extra)
    add_arguments: Callable[[argparse.ArgumentParser], None] = part.add_arguments
    run: Callable[[argparse.Namespace], int] = part.run
    parser = CommandParser(prog=program, description=command.summary.capitalize() + ".")
    add_arguments(parser)
    given = argparse.Namespace(command_line=shlex.join([*program.split(), *arguments]))
    status = run(parser.parse_args(arguments, given))
    sys.stdout.flush()
    return status
