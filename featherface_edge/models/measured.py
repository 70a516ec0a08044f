"""What the networks with trained weights reach, from a file of measured figures."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from featherface_edge.errors import DataError
from featherface_edge.models.checkpoints import shipped_names
from featherface_edge.models.registry import NETWORKS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping

HIGHEST = 100.0
KEYS = {"weights", "at_640", "original"}


class Precision(NamedTuple):
    """Average precision of WIDER FACE's three subsets, percent."""

    easy: float
    medium: float
    hard: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A network's average precision at the longer side 640 and at original size.

    weights: where they are from.
    """

    weights: str
    at_640: Precision
    original: Precision

    def __post_init__(self) -> None:
        for name, found in (("at_640", self.at_640), ("original", self.original)):
            if not all(0 <= value <= HIGHEST for value in found):
                raise ValueError(f"{name} is {list(found)}, wanted percent, 0 to 100")


def measured(path: Path | None = None) -> dict[str, Measured]:
    """The measured networks by name, from a TOML file; None: the one of this package.

    Raises: DataError when the file cannot be read or says something else.
    """
    path = path or Path(str(files("featherface_edge") / "models" / "measured.toml"))
    try:
        table = cast("dict[str, object]", tomllib.loads(path.read_text(encoding="utf-8")))
        return {name: _entry(name, values) for name, values in table.items()}
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: {error}: correct the file") from error


def _entry(name: str, values: object) -> Measured:
    known = list(dict.fromkeys([*NETWORKS, *shipped_names()]))
    if name not in known:
        raise ValueError(f"[{name}] is no network, known are {', '.join(known)}")
    if not isinstance(values, dict) or set(cast("dict[str, object]", values)) != KEYS:
        raise ValueError(f"[{name}] must have the keys {', '.join(sorted(KEYS))}")
    entry = cast("Mapping[str, object]", values)
    return Measured(
        str(entry["weights"]),
        _precision(name, entry["at_640"]),
        _precision(name, entry["original"]),
    )


def _precision(name: str, given: object) -> Precision:
    wanted = len(Precision._fields)
    values = cast("list[object]", given) if isinstance(given, list) else []
    numbers = [float(value) for value in values if isinstance(value, (int, float))]
    if len(values) != wanted or len(numbers) != wanted:
        raise ValueError(f"[{name}] has {given!r}, wanted three numbers: easy, medium, hard")
    return Precision(*numbers)
