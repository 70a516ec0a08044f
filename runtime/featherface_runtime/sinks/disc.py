"""Files that grow, and how they stay whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path


def fresh_path(path: Path) -> Path:
    """Give the path, or NAME_2.x, NAME_3.x and so on, whichever is not there yet."""
    found, count = path, 1
    while found.exists():
        count += 1
        found = path.with_stem(f"{path.stem}_{count}")
    return found


def add(file: FileIO, data: bytes) -> None:
    """Write at the end of a file without a buffer, all or nothing.

    Raises: OSError when there is no room; nothing is left of the data then.
    """
    end = file.seek(0, os.SEEK_END)
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        file.truncate(end)
        raise
