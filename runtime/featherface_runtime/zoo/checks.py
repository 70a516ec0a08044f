"""Checks that the records of the zoo share."""

from __future__ import annotations


def require(*, holds: bool, message: str) -> None:
    """Raise ValueError with the message unless it holds."""
    if not holds:
        raise ValueError(message)


def require_file_name(name: str) -> None:
    """Raise ValueError unless the name is one of a file, without a folder."""
    holds = bool(name) and name[0] != "." and not set(name) & set("/\\")
    require(holds=holds, message=f"{name!r} is no plain file name")
