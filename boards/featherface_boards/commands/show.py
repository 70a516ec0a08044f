"""fe-board show: a profile, or that of this machine."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

from featherface_boards.commands.output import json_text
from featherface_boards.probe import glance
from featherface_boards.profile import current, load
from featherface_edge.errors import BoardProfileError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from featherface_boards.records import Profile, Trap

_COLUMNS = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-board show takes."""
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="a shipped profile or a file; none: this machine's"
    )
    parser.add_argument("--json", action="store_true", help="give the profile as JSON")


def run(args: argparse.Namespace) -> int:
    """Show the profile; give 0.

    Raises: BoardProfileError when there is none.
    """
    profile = load(args.name) if args.name else _here()
    shown = json_text(profile) if args.json else "\n".join(_lines(profile))
    sys.stdout.write(f"{shown}\n")
    return 0


def _here() -> Profile:
    profile = current(glance())
    if profile is None:
        message = "no profile fits this machine: make one with fe-board new, or name another"
        raise BoardProfileError(message)
    return profile


def _lines(profile: Profile) -> Iterable[str]:
    hardware, advice = profile.hardware, profile.advice
    yield f"{profile.title} ({profile.name})"
    yield f"  chip      {hardware.soc}"
    yield f"  memory    {', '.join(f'{each} MiB' for each in hardware.memory_mb) or 'differs'}"
    yield f"  model     {advice.model} {'x'.join(map(str, advice.size))}, {advice.precision}"
    yield f"  engine    {advice.engine}, threads: {advice.threads}"
    yield from _wrapped(f"because   {advice.reason}", 2, 12)
    yield f"  camera    {advice.camera}"
    yield "  install"
    yield from (f"    {line}" for line in profile.install)
    if profile.traps:
        yield "  traps"
    for trap in profile.traps:
        yield from _trap(trap)


def _trap(trap: Trap) -> Iterable[str]:
    yield from _wrapped(f"- {trap.what}", 4, 6)
    yield from _wrapped(f"cure: {trap.cure}", 6, 6)
    yield f"      see {trap.source}"


def _wrapped(text: str, first: int, later: int) -> list[str]:
    return textwrap.wrap(
        text,
        _COLUMNS,
        initial_indent=" " * first,
        subsequent_indent=" " * later,
        break_long_words=False,
        break_on_hyphens=False,
    )
