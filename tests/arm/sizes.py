"""How much room the packages of a folder take: python tests/arm/sizes.py [DIR]."""

from __future__ import annotations

import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import Distribution

_MEGABYTE = 1e6


def sizes(folder: Path) -> dict[str, float]:
    """Give the megabytes of each distribution in a folder of packages, the largest first."""
    found = {each.metadata["Name"]: _size(each) for each in distributions(path=[str(folder)])}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def table(found: dict[str, float]) -> str:
    """Give the sizes and their sum as text."""
    rows = [*found.items(), ("in all", sum(found.values()))]
    return "\n".join(f"{name:28}{size:8.1f} MB" for name, size in rows)


def _size(distribution: Distribution) -> float:
    paths = (Path(str(distribution.locate_file(file))) for file in distribution.files or [])
    return sum(path.stat().st_size for path in paths if path.is_file()) / _MEGABYTE


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(sys.path[-1])
    sys.stdout.write(table(sizes(where)) + "\n")
