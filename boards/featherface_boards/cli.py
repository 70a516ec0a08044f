"""fe-board: a table of what it does; the chosen part is imported when the flags are declared."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


class Action(NamedTuple):
    """A sub-command: its module with add_arguments(parser) and run(args), and a line of help."""

    module: str
    summary: str


ACTIONS = {
    "check": Action(
        "featherface_boards.check",
        "make sure that a model file is unchanged, and computes here what it did where it was made",
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands of fe-board."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, action in ACTIONS.items():
        chosen = actions.add_parser(name, help=action.summary, description=f"{action.summary}.")
        import_module(action.module).add_arguments(chosen)


def run(args: argparse.Namespace) -> int:
    """Run the chosen sub-command; give its exit status."""
    perform: Callable[[argparse.Namespace], int] = import_module(ACTIONS[args.action].module).run
    return perform(args)
