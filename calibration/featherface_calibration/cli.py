"""fe-calib: a table of what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.actions import Action, add_actions, run_action

if TYPE_CHECKING:
    import argparse

_HERE = "featherface_calibration.commands"
ACTIONS = {
    "build": Action(f"{_HERE}.build", "choose a diverse set from folders, videos and cameras"),
    "check": Action(f"{_HERE}.check", "say whether a set is good to calibrate with, and why"),
    "drift": Action(f"{_HERE}.drift", "say whether a camera still sees what was calibrated for"),
    "show": Action(f"{_HERE}.show", "say what is in a set"),
    "verify": Action(f"{_HERE}.verify", "make sure that a set is whole"),
    "merge": Action(f"{_HERE}.merge", "make one set of several"),
    "split": Action(f"{_HERE}.split", "make several sets of one, no picture in two of them"),
    "export": Action(f"{_HERE}.export", "lay a set's pictures out as photographs in a folder"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands of fe-calib."""
    add_actions(parser, ACTIONS)


def run(args: argparse.Namespace) -> int:
    """Run the chosen sub-command; give its exit status."""
    return run_action(args, ACTIONS)
