"""Flags that say who signs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.optional import load

if TYPE_CHECKING:
    import argparse

    from featherface_edge.spec import Sign


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds --sign."""
    group = parser.add_argument_group("trust")
    group.add_argument(
        "--sign",
        type=Path,
        metavar="KEY",
        help="sign every file with this private Ed25519 key (PEM or OpenSSH), for "
        "'fe-board check --trust'; every file is sealed, signed or not",
    )


def signer(args: argparse.Namespace) -> Sign | None:
    """What signs, None where nobody does.

    Raises: UsageError when the file holds no such key.
    """
    if args.sign is None:
        return None
    made: Sign = load("featherface_converters.trust.signing", "--sign", "trust").signer(args.sign)
    return made
