"""Flags of fe-bench that ask for something else than a measurement here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_boards.bench.picking.tuning import add_goal

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    group = parser.add_argument_group("what is done with it")
    group.add_argument(
        "--ssh", metavar="USER@HOST", help="measure on that machine, which needs no installation"
    )
    group.add_argument(
        "--pick", action="store_true", help="choose what fe-camera runs here, as fe-board tune does"
    )
    add_goal(parser)
