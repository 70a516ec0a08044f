"""fe-board: a table of what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.actions import Action, add_actions, run_action

if TYPE_CHECKING:
    import argparse

ACTIONS = {
    "list": Action("featherface_boards.commands.listing", "list the profiles of boards"),
    "show": Action("featherface_boards.commands.show", "show a profile, or that of this machine"),
    "new": Action("featherface_boards.commands.new", "write a profile of this machine"),
    "probe": Action("featherface_boards.commands.probe", "tell what this machine is"),
    "doctor": Action(
        "featherface_boards.commands.doctor",
        "tell what will not work here, and what helps (exit status 1: warnings, 3: failures)",
    ),
    "tune": Action(
        "featherface_boards.bench.picking.tuning",
        "choose model, interpreter, threads and canvas for this machine by measuring them",
    ),
    "check": Action(
        "featherface_boards.check",
        "make sure that a model file is unchanged, and computes here what it did where it was made",
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands of fe-board."""
    add_actions(parser, ACTIONS)


def run(args: argparse.Namespace) -> int:
    """Run the chosen sub-command; give its exit status."""
    return run_action(args, ACTIONS)
