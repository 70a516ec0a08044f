"""The settings of fe-camera on the command line, over those of a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from featherface_edge.arguments import size
from featherface_edge.errors import UsageError
from featherface_runtime.camera.config import read_config
from featherface_runtime.camera.settings import CameraSettings, FeedSettings
from featherface_runtime.privacy import COVERS
from featherface_runtime.zoo import SUFFIXES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

_SIMPLE = ("model", "size", "format", "threads", "provider", "score", "rate", "anonymise", "sketch")
_PAGE = ("preview", "token", "viewers")


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the flags; None stands for what is not given."""
    _add_model(parser)
    _add_looking(parser)
    page = parser.add_mutually_exclusive_group()
    page.add_argument(
        "--preview", metavar="HOST:PORT", help="serve the live page there (127.0.0.1:8080)"
    )
    page.add_argument("--headless", action="store_true", help="serve no page")
    parser.add_argument(
        "--token", help="what viewers of the page need; made up where others than this machine look"
    )
    parser.add_argument("--viewers", type=int, help="of the page at the same time (16)")
    parser.add_argument("--record", metavar="FILE.mkv", help="record a video, with the faces")
    parser.add_argument(
        "--events", metavar="FILE.jsonl", help="write a line when a face comes, goes"
    )
    parser.add_argument(
        "--sink",
        action="append",
        default=[],
        metavar="URI",
        help="a further place for results (docs/sinks.md); may be given several times",
    )


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="NAME|FILE", help="a shipped model, or a model file")
    parser.add_argument("--size", type=size, metavar="WxH", help="canvas of the shipped model")
    parser.add_argument("--format", choices=list(SUFFIXES), help="format of the shipped model")
    parser.add_argument("--threads", type=int, help="threads of one inference")
    parser.add_argument("--provider", help="device or execution provider of the interpreter")


def _add_looking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--score", type=float, help="least score of a face, 0 to 1")
    parser.add_argument("--rate", type=float, help="results a second at most")
    parser.add_argument("--every", type=int, help="look at every n-th frame, follow faces between")
    parser.add_argument("--line", action="append", default=[], metavar="NAME:X,Y,X,Y", help="count")
    parser.add_argument("--zone", action="append", default=[], metavar="NAME:X,Y,...", help="count")
    parser.add_argument(
        "--sketch", metavar="FILE.json", help="note what is seen, for fe-calib drift: no pictures"
    )
    parser.add_argument("--anonymise", choices=COVERS, help="cover faces in every picture")


def given_settings(args: argparse.Namespace) -> CameraSettings:
    """Give the settings of the file, if one is named, with those of the command line over them.

    Raises: UsageError for what is not understood or does not fit together.
    """
    base = read_config(args.config) if args.config else CameraSettings()
    changes: dict[str, Any] = {
        name: getattr(args, name) for name in (*_SIMPLE, *_PAGE) if getattr(args, name) is not None
    }
    if args.headless:
        changes["preview"] = ""
    changes["sources"] = _feeds(args, base.sources)
    changes["sinks"] = (*base.sinks, *_sinks(args))
    return replace(base, **changes)


def _feeds(args: argparse.Namespace, base: tuple[FeedSettings, ...]) -> tuple[FeedSettings, ...]:
    """Give the sources; those of the command line stand in the place of the file's."""
    feeds = tuple(map(FeedSettings, args.sources)) or base
    changes: dict[str, Any] = {} if args.every is None else {"every": args.every}
    for name, given in (("lines", args.line), ("zones", args.zone)):
        if given:
            changes[name] = tuple(given)
    if changes and not feeds:
        message = "--every, --line and --zone are of a source: name it"
        raise UsageError(message)
    return tuple(replace(feed, **changes) for feed in feeds)


def _sinks(args: argparse.Namespace) -> Iterator[str]:
    if args.record:
        yield f"video:{args.record}"
    if args.events:
        yield f"json:{args.events}?events=true"
    yield from args.sink
