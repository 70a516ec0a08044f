"""fe-bench: how long models take on this board, and what results of it say."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping


class Action(NamedTuple):
    """What the first word may ask for instead of a measurement.

    module: offers run(words, args), words: those behind the first one.
    """

    module: str
    words: str
    summary: str


ACTIONS: Mapping[str, Action] = {}
_MEASURE = "featherface_boards.bench.measure"
GROUPS: tuple[str, ...] = (
    "featherface_boards.bench.given",
)  # modules with add_arguments(parser), one for each group of flags


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-bench takes."""
    others = "; ".join(f"'{name} {each.words}' {each.summary}" for name, each in ACTIONS.items())
    parser.add_argument(
        "words",
        nargs="*",
        metavar="MODEL",
        help=f"a model file or a shipped model; none: the zoo's default{others and '; ' + others}",
    )
    for module in GROUPS:
        import_module(module).add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Measure, or do what the first word says; give the exit status."""
    words: list[str] = args.words
    if words and words[0] in ACTIONS:
        perform: Callable[[list[str], argparse.Namespace], int]
        perform = import_module(ACTIONS[words[0]].module).run
        return perform(words[1:], args)
    measure: Callable[[list[str], argparse.Namespace], int] = import_module(_MEASURE).run
    return measure(words, args)
