"""fe-camera: faces of any camera, with a live page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_runtime.camera.given import add_settings, given_settings
from featherface_runtime.camera.show import watch
from featherface_runtime.sources import cameras

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from featherface_runtime.camera.settings import CameraSettings

_SERVICE = "service"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-camera takes."""
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="URI",
        help="a camera, stream, video or test: (docs/cameras.md); none: the board's own camera. "
        "'service install', 'service show' or 'service remove' before it: of a systemd service "
        "that does what the command would",
    )
    parser.add_argument("--list", action="store_true", help="list the cameras that are found")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings in a TOML file")
    add_settings(parser)


def run(args: argparse.Namespace) -> int:
    """Do what is asked; give the exit status."""
    if args.list:
        sys.stdout.write(_listed())
        return 0
    sources: list[str] = list(args.sources)
    if sources[:1] == [_SERVICE]:
        action, args.sources = _action(sources[1:2]), sources[2:]
        return action(given_settings(args))
    return watch(given_settings(args))


def _action(names: list[str]) -> Callable[[CameraSettings], int]:
    from featherface_runtime.camera import service  # noqa: PLC0415 -- of this command alone

    actions = {"install": service.install, "show": service.show, "remove": service.remove}
    if not names or names[0] not in actions:
        message = f"fe-camera service does {', '.join(actions)}: name one of them"
        raise UsageError(message)
    return actions[names[0]]


def _listed() -> str:
    found = cameras()
    if not found:
        return "no camera was found; 'fe-camera test:' shows a made-up scene\n"
    width = max(len(each.uri) for each in found)
    return "".join(f"{each.uri:<{width}}  {each.title}\n" for each in found)
