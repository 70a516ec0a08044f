"""fe-board list: the profiles that come with the package."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from featherface_boards.commands.output import json_text
from featherface_boards.probe import glance
from featherface_boards.profile import every, matching
from featherface_edge.columns import aligned

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from featherface_boards.records import Profile

_HEADING = ("profile", "board", "chip", "model", "engine", "threads")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-board list takes."""
    parser.add_argument("--json", action="store_true", help="give the profiles as JSON")


def run(args: argparse.Namespace) -> int:
    """Show the profiles; give 0."""
    profiles = every()
    sys.stdout.write(f"{json_text(profiles) if args.json else _text(profiles)}\n")
    return 0


def _text(profiles: Sequence[Profile]) -> str:
    here = matching(glance(), profiles)
    rows = [_HEADING, *(_row(each, "" if here is None else here.name) for each in profiles)]
    return "\n".join([*aligned(rows), "", "* this machine; fe-board show NAME says more."])


def _row(profile: Profile, here: str) -> tuple[str, ...]:
    advice, star = profile.advice, "*" if profile.name == here else ""
    size = "x".join(map(str, advice.size))
    model = f"{advice.model} {size} {advice.precision}"
    chip = profile.hardware.soc
    return profile.name + star, profile.title, chip, model, advice.engine, str(advice.threads)
