"""Short names of what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from featherface_boards.bench.record import Run


class Key(NamedTuple):
    """What two runs must have in common to be the same thing measured twice."""

    model: str
    size: str
    format: str
    precision: str
    engine: str
    threads: int


def key(run: Run) -> Key:
    """Give what the run measured."""
    model = run.model
    size = f"{model.width}x{model.height}"
    return Key(model.name, size, model.format, model.precision, run.engine, run.threads)


def title(run: Run) -> str:
    """Give the run's subject in words: edge 320x320 int8, litert, 2 threads."""
    found = key(run)
    threads = counted(found.threads, "thread")
    return f"{found.model} {found.size} {found.precision}, {found.engine}, {threads}"


def board_name(run: Run) -> str:
    """Give the board's model, or what else is known of it."""
    board = run.board
    named = (board.get(name) for name in ("model", "cpu", "arch"))
    return next((each for each in named if isinstance(each, str) and each), "unknown board")


def counted(number: int, noun: str) -> str:
    """Give 1 run, 2 runs."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
