"""fe-bench --pick: the same as fe-board tune, by the flags of fe-bench."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_boards.bench.picking.tuning import choose

if TYPE_CHECKING:
    import argparse


def run(words: list[str], args: argparse.Namespace) -> int:
    """Choose, and write the choice into the user's profile; give 0."""
    return choose(words, args, dry=False)
