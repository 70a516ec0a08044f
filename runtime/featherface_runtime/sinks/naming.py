"""Names of files and topics made from the names of sources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_STRANGE = re.compile(r"[^\w-]+", re.ASCII)


def plain_name(source: str) -> str:
    """Give the name with nothing but letters of ASCII, digits, _ and -; never empty."""
    return _STRANGE.sub("_", source).strip("_") or "source"


def fresh_path(path: Path) -> Path:
    """Give the path, or NAME_2.x, NAME_3.x and so on, whichever is not there yet."""
    found, count = path, 1
    while found.exists():
        count += 1
        found = path.with_stem(f"{path.stem}_{count}")
    return found
