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


_RESULTS = "featherface_boards.bench.results"
ACTIONS: Mapping[str, Action] = {
    "compare": Action(f"{_RESULTS}.comparing", "A.json [B.json]", "says which is quicker"),
    "report": Action(f"{_RESULTS}.reporting", "DIR [PAGE.html]", "draws all results in a folder"),
    "validate": Action(f"{_RESULTS}.validating", "FILE|DIR...", "checks results"),
}
MODES: Mapping[str, str] = {  # flag -> what is done where it is given, the first of them
    "ssh": "featherface_boards.bench.remote.command",
    "pick": "featherface_boards.bench.picking.command",
}
_MEASURE = "featherface_boards.bench.measure"
GROUPS: tuple[str, ...] = (
    "featherface_boards.bench.given",
    "featherface_boards.bench.modes",
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
    perform: Callable[[list[str], argparse.Namespace], int]
    if words and words[0] in ACTIONS:
        perform = import_module(ACTIONS[words[0]].module).run
        return perform(words[1:], args)
    wanted = [module for flag, module in MODES.items() if getattr(args, flag)]
    perform = import_module((*wanted, _MEASURE)[0]).run
    return perform(words, args)
