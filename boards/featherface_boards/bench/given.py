"""What the command line asks to be measured."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from featherface_boards.bench.field import Wish, installed_engines
from featherface_boards.bench.more import Extras
from featherface_boards.bench.schedule import Effort
from featherface_edge.arguments import size
from featherface_edge.errors import UsageError
from featherface_runtime.choice import Engine

if TYPE_CHECKING:
    from collections.abc import Sequence

ALL = "all"
_DEFAULT = Effort()
_UNITS = {"s": 1, "m": 60, "h": 3600}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a measurement."""
    what = parser.add_argument_group("what is measured")
    what.add_argument(
        "--size", type=sizes, default=(), metavar="WxH[,WxH]", help="canvases of shipped models"
    )
    what.add_argument(
        "--backend",
        type=engines,
        default=(),
        metavar="NAME[,NAME]|all",
        help=f"interpreters: {', '.join(get_args(Engine))}, or all that are installed",
    )
    what.add_argument(
        "--threads", type=counts, default=(), metavar="N[,N]", help="of one inference (1)"
    )
    what.add_argument("--provider", default="", help="device or provider of the interpreter")
    what.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="NAME|PATH",
        help="a network of others, such as yunet, its file, or a folder of them; several times",
    )
    what.add_argument("--peers", type=Path, metavar="DIR", help="where --against NAME looks")
    _add_effort(parser)


def _add_effort(parser: argparse.ArgumentParser) -> None:
    how = parser.add_argument_group("how it is measured")
    how.add_argument("--photos", type=Path, metavar="DIR", help="photographs to look at")
    how.add_argument("--camera", metavar="URI", help="measure from this camera to the faces, too")
    how.add_argument(
        "--seconds",
        type=duration,
        metavar="TIME",
        help=f"measured time of each candidate ({_DEFAULT.seconds:g} s), or the most for --pick",
    )
    how.add_argument(
        "--starts",
        type=count,
        default=_DEFAULT.launches,
        metavar="N",
        help=f"how often each is started anew ({_DEFAULT.launches})",
    )
    how.add_argument(
        "--sustained", type=duration, metavar="TIME", help="one model without a pause, such as 10m"
    )
    how.add_argument("--operators", action="store_true", help="time every operator, too")
    how.add_argument("--out", type=Path, metavar="FILE", help="write the result there, JSON")


def wish(words: Sequence[str], args: argparse.Namespace) -> Wish:
    """Give what the words, names or files of models, and the flags ask for."""
    return Wish(
        models=tuple(words),
        sizes=args.size,
        engines=installed_engines() if args.backend == (ALL,) else args.backend,
        threads=args.threads or (1,),
        provider=args.provider,
        against=tuple(args.against),
        peers=args.peers,
    )


def extras(args: argparse.Namespace) -> Extras:
    """Give what is found out besides."""
    return Extras(args.operators, args.camera or "", _seconds(args))


def effort(args: argparse.Namespace) -> Effort:
    """Give how much is measured."""
    return Effort(_seconds(args), args.starts)


def _seconds(args: argparse.Namespace) -> float:
    seconds: float = args.seconds or _DEFAULT.seconds
    return seconds


def sizes(text: str) -> tuple[tuple[int, int], ...]:
    """Give the sizes of WxH,WxH.

    Raises: ArgumentTypeError for anything else.
    """
    return tuple(size(each) for each in text.split(","))


def engines(text: str) -> tuple[str, ...]:
    """Give the names of interpreters, or (ALL,).

    Raises: ArgumentTypeError for one that is not known.
    """
    names = tuple(text.split(","))
    known = get_args(Engine)
    unknown = [each for each in names if each not in known]
    if unknown and names != (ALL,):
        message = f"'{unknown[0]}' is no interpreter: give {', '.join(known)} or {ALL}"
        raise argparse.ArgumentTypeError(message)
    return names


def counts(text: str) -> tuple[int, ...]:
    """Give the whole numbers of N,N, 1 or more each.

    Raises: ArgumentTypeError for anything else.
    """
    return tuple(count(each) for each in text.split(","))


def count(text: str) -> int:
    """Give a whole number, 1 or more.

    Raises: ArgumentTypeError for anything else.
    """
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not 1 or more")
    return int(text)


def duration(text: str) -> float:
    """Give the seconds of 90, 90s, 10m or 1h.

    Raises: ArgumentTypeError for anything else.
    """
    number = text.removesuffix(text[-1:]) if text[-1:] in _UNITS else text
    try:
        seconds = float(number) * _UNITS.get(text[-1:], 1)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:  # noqa: PLR2004 -- days; also refuses nan and inf
        raise argparse.ArgumentTypeError(f"'{text}' is no time: give seconds, or 10m or 1h")
    return seconds


def require_together(args: argparse.Namespace) -> None:
    """Make sure that the flags of a measurement fit together.

    Raises: UsageError when they do not.
    """
    if any(each is not None for each in (args.min_ap, args.max_p99, args.max_energy)):
        raise UsageError("--min-ap, --max-p99 and --max-energy say what --pick seeks: give it, too")
    if args.sustained and args.camera:
        raise UsageError("--sustained and --camera are two measurements: give one of them")
    if args.against and args.camera:
        raise UsageError("networks of others cannot look at a camera: leave out one of the two")
