"""Sub-commands of a command: a table; their modules are imported when the flags are declared."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping


class Action(NamedTuple):
    """A sub-command: its module with add_arguments(parser) and run(args), and a line of help."""

    module: str
    summary: str


def add_actions(parser: argparse.ArgumentParser, actions: Mapping[str, Action]) -> None:
    """Declare the sub-commands, each with its own flags."""
    group = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, action in actions.items():
        chosen = group.add_parser(name, help=action.summary, description=f"{action.summary}.")
        import_module(action.module).add_arguments(chosen)


def run_action(args: argparse.Namespace, actions: Mapping[str, Action]) -> int:
    """Run the chosen sub-command; give its exit status."""
    perform: Callable[[argparse.Namespace], int] = import_module(actions[args.action].module).run
    return perform(args)
