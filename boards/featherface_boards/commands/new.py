"""fe-board new: a profile for this machine, to be corrected by who knows it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.probe import glance
from featherface_boards.profile import load, matching
from featherface_edge.errors import BoardProfileError
from featherface_edge.files import replacing
from featherface_runtime.choice import read, section, user_file, user_table
from featherface_runtime.toml import written

if TYPE_CHECKING:
    import argparse

    from featherface_boards.probe import Board

_HEAD = """\
# Of this machine, as fe-board new found it. What does not stand here is that of the profile that it
# is like: fe-board show {like}. docs/boards.md tells all keys.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-board new takes."""
    parser.add_argument(
        "--like", metavar="NAME", help="the profile to begin with; none: the one that fits best"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="where to write; none: the user's own profile"
    )


def run(args: argparse.Namespace) -> int:
    """Write the profile and tell where it is; give 0.

    Raises: BoardProfileError when there is a profile already, none fits, or it cannot be written.
    """
    board = glance()
    file = write_profile(board, _like(board, args.like), args.out or user_file())
    sys.stdout.write(f"{file} is written: correct it, then fe-board show\n")
    return 0


def write_profile(board: Board, like: str, file: Path) -> Path:
    """Write a profile of the board, with what differs from the one it is like; give the file.

    A choice that stands in the file stays.

    Raises: BoardProfileError when the file holds a profile already, or cannot be written.
    """
    if set(user_table(file) or {}) - {"choice"}:
        message = f"{file} holds a profile already: take it away, or name another file with --out"
        raise BoardProfileError(message)
    chosen = read(file)
    kept = "" if chosen is None else f"\n{section(chosen)}"
    try:
        with replacing(file) as fresh:
            fresh.write_text(_text(board, like) + kept, encoding="utf-8")
            load(str(fresh))
    except OSError as error:
        message = f"{file} cannot be written ({error.strerror}): name another file with --out"
        raise BoardProfileError(message) from error
    return file


def _like(board: Board, wanted: str | None) -> str:
    if wanted:
        return load(wanted).name
    fitting = matching(board)
    if fitting is None:
        message = f"no profile is like {board.title}: name one with --like (fe-board list)"
        raise BoardProfileError(message)
    return fitting.name


def _text(board: Board, like: str) -> str:
    head = {"like": like, "title": board.title}
    hardware = {
        "soc": board.cpu,
        "arch": board.arch,
        "compatible": list(board.compatible[:1]),
        "cores": board.cores,
        "memory_mb": [board.memory_mb] if board.memory_mb else [],
        "features": list(board.counted),
    }
    lines = [f"{key} = {written(value)}" for key, value in head.items()]
    inner = [f"{key} = {written(value)}" for key, value in hardware.items() if value]
    return "\n".join([_HEAD.format(like=like) + lines[0], *lines[1:], "", "[hardware]", *inner, ""])
