"""Flags that say what rounding may cost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from featherface_converters.plan.budget import SECONDS, Budget
from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    import argparse

_TIME = re.compile(r"(\d+(?:\.\d+)?)(s|m|h)")
_UNITS = {"s": 1, "m": 60, "h": 3600}
_POINTS = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds --max-ap-drop, --min-f1 and --time-limit."""
    group = parser.add_argument_group("what INT8 may cost")
    either = group.add_mutually_exclusive_group()
    either.add_argument(
        "--max-ap-drop",
        type=float,
        metavar="POINTS",
        help="most points of AP that INT8 may lose, of each subset: searches for a plan that "
        "holds, leaves blocks float where it must; needs labelled --proof-images",
    )
    either.add_argument(
        "--min-f1",
        type=float,
        metavar="F1",
        help="the same by F1 of agreement with the float network, 0 to 1; needs no labels",
    )
    group.add_argument(
        "--time-limit",
        default=f"{SECONDS / _UNITS['m']:g}m",
        metavar="TIME",
        help="of the search for each target, such as 90s, 10m or 1h (default 10m)",
    )


def budget(args: argparse.Namespace, *, labelled: bool) -> Budget | None:
    """The budget, None where not asked for.

    labelled: whether the proof's photographs have labels.

    Raises: UsageError for figures that mean nothing, or points of AP without labels.
    """
    points, f1 = args.max_ap_drop, args.min_f1
    seconds = _seconds(args.time_limit)
    if points is None and f1 is None:
        return None
    if points is not None and not 0 <= points <= _POINTS:
        raise UsageError(f"--max-ap-drop is {points:g}, wanted points of AP from 0 to 100")
    if f1 is not None and not 0 <= f1 <= 1:
        raise UsageError(f"--min-f1 is {f1:g}, wanted 0 to 1")
    if points is not None and not labelled:
        raise UsageError(
            "--max-ap-drop without labels: give --proof-images a .jsonl file, or use --min-f1"
        )
    return Budget(None if points is None else points / _POINTS, f1, seconds)


def _seconds(text: str) -> float:
    found = _TIME.fullmatch(text)
    if found is None or not float(found[1]):
        raise UsageError(f"--time-limit is {text!r}, wanted a time such as 90s, 10m or 1h")
    return float(found[1]) * _UNITS[found[2]]
