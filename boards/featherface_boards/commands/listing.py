"""fe-board list: the profiles that come with the package."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from featherface_boards.bench.plain import plain
from featherface_boards.probe import glance
from featherface_boards.profile import every, matching

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
    if args.json:
        shown = json.dumps(plain(profiles), indent=2, ensure_ascii=False)
    else:
        here = matching(glance(), profiles)
        shown = _text(profiles, "" if here is None else here.name)
    sys.stdout.write(f"{shown}\n")
    return 0


def _text(profiles: Sequence[Profile], here: str) -> str:
    rows = [_HEADING, *(_row(each, here) for each in profiles)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([*lines, "", "* this machine; fe-board show NAME says more."])


def _row(profile: Profile, here: str) -> tuple[str, ...]:
    advice, star = profile.advice, "*" if profile.name == here else ""
    size = "x".join(map(str, advice.size))
    model = f"{advice.model} {size} {advice.precision}"
    chip = profile.hardware.soc
    return profile.name + star, profile.title, chip, model, advice.engine, str(advice.threads)
