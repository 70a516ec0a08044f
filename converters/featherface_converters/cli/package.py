"""The flag of deployment folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from featherface_converters.package import require_free, write_package

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from featherface_converters.convert import Outcome


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds --package."""
    group = parser.add_argument_group("the package")
    group.add_argument(
        "--package",
        type=Path,
        metavar="DIR",
        help="also make a folder to copy to a board: model, manifest, proof, an example, a README, "
        "a service of systemd and requirements; of several targets a folder each in DIR",
    )


def require_room(args: argparse.Namespace, targets: Sequence[str]) -> None:
    """Makes sure, before any work, that the packages may be written.

    Raises: UsageError when they may not.
    """
    for target in targets:
        if args.package is not None:
            require_free(_place(args.package, target, targets))


def packed(args: argparse.Namespace, outcomes: Sequence[Outcome]) -> list[str]:
    """Writes the packages of all outcomes whose proof passed; a line about each outcome.

    Raises: UsageError when one cannot be written.
    """
    if args.package is None:
        return []
    lines: list[str] = []
    names = [outcome.target for outcome in outcomes]
    for outcome in outcomes:
        place = _place(args.package, outcome.target, names)
        if outcome.proof.faults:
            lines.append(f"{place}: no package of {outcome.path.name}, whose proof failed")
        else:
            write_package(outcome.path, place)
            lines.append(f"{place}: package of {outcome.path.name}")
    return lines


def _place(folder: Path, target: str, targets: Sequence[str]) -> Path:
    return folder / target if len(targets) > 1 else folder
