"""Checks that the records of the zoo share."""

from __future__ import annotations

_SHA256_DIGITS = frozenset("0123456789abcdef")
_SHA256_LENGTH = 64


def require(*, holds: bool, message: str) -> None:
    """Raise ValueError with the message unless it holds."""
    if not holds:
        raise ValueError(message)


def require_sha256(name: str, value: str) -> None:
    """Raise ValueError unless the value is a SHA-256 in lower-case hexadecimal digits."""
    holds = len(value) == _SHA256_LENGTH and set(value) <= _SHA256_DIGITS
    require(holds=holds, message=f"SHA-256 of {name} is {value!r}, wanted 64 lower-case digits")


def require_file_name(name: str) -> None:
    """Raise ValueError unless the name is one of a file, without a folder."""
    holds = bool(name) and name[0] != "." and not set(name) & set("/\\")
    require(holds=holds, message=f"{name!r} is no plain file name")
