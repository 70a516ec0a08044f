"""Latencies that others published, with their sources."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.errors import BoardProfileError
from featherface_edge.spec.fields import items, number, record, text
from featherface_runtime.toml import loads

if TYPE_CHECKING:
    from featherface_edge.spec import JsonValue

FOLDER = Path(str(files("featherface_boards") / "results"))
NAME = "published.toml"


@dataclass(frozen=True, slots=True)
class Published:
    """A row of somebody else's table, in the source's words; ms: milliseconds of a frame.

    statistic: what the source says the figure is. source: where it stands.
    """

    model: str
    size: str
    precision: str
    engine: str
    board: str
    threads: str
    ms: float
    statistic: str
    source: str

    def __post_init__(self) -> None:
        empty = [part.name for part in fields(self) if getattr(self, part.name) == ""]
        if empty:
            raise ValueError(f"a row of {self.model or 'no model'} has an empty {empty[0]}")
        if self.ms <= 0:
            raise ValueError(f"ms of {self.model} is {self.ms}, wanted above 0")
        if not self.source.startswith("https://"):
            raise ValueError(f"source of {self.model} is {self.source!r}, wanted an https address")


def published(path: Path = FOLDER / NAME) -> tuple[Published, ...]:
    """Give the rows of the file.

    Raises: BoardProfileError when it cannot be read or does not hold. MissingDependencyError on
    Python 3.10 without the extra bench.
    """
    try:
        table = loads(path.read_text(encoding="utf-8"), str(path), "bench")
        rows = items(record(table, path.name, ["row"])["row"], "row")
        return tuple(_row(each, f"row[{place}]") for place, each in enumerate(rows))
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}): name another"
        raise BoardProfileError(message) from error
    except ValueError as error:
        message = f"{path} does not hold ({error}): correct it"
        raise BoardProfileError(message) from error


def _row(value: JsonValue, where: str) -> Published:
    names = [part.name for part in fields(Published)]
    found = record(value, where, names)
    texts = {name: text(found[name], f"{where}.{name}") for name in names if name != "ms"}
    return Published(**texts, ms=number(found["ms"], f"{where}.ms"))
