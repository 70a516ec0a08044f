"""Names of files and topics made from the names of sources."""

from __future__ import annotations

import re

_STRANGE = re.compile(r"[^\w-]+", re.ASCII)


def plain_name(source: str) -> str:
    """Give the name with nothing but letters of ASCII, digits, _ and -; never empty."""
    return _STRANGE.sub("_", source).strip("_") or "source"
