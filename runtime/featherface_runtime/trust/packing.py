"""Bytes as text, as they stand in a manifest."""

from __future__ import annotations

import base64
import zlib


def packed(content: bytes) -> str:
    """Give the bytes as text."""
    return base64.b64encode(zlib.compress(content, 9)).decode()


def unpacked(text: str, what: str) -> bytes:
    """Give the bytes that a text holds; what: they are, in words.

    Raises: ValueError when it holds none.
    """
    try:
        return zlib.decompress(base64.b64decode(text, validate=True))
    except zlib.error as error:
        message = f"{what} of the self-check cannot be unpacked: {error}"
        raise ValueError(message) from error
