"""Tiny inputs that an artifact carries with it, and what it gave for them where it was made."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from featherface_edge.spec.fields import items, members, number, record, text, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_edge.spec.model_spec import JsonValue


@dataclass(frozen=True, slots=True)
class Checks:
    """The self-check of an artifact; `featherface_runtime.trust` makes the numbers and reads them.

    pictures: small ones, packed. samples: values noted of each raw map for each input. expected:
    these values, packed. tolerances: of every raw map by name, the most that the root of the mean
    squared difference from `expected` may be, in standard deviations of `expected`. engine: the
    interpreter that gave them.
    """

    pictures: tuple[str, ...]
    samples: int
    expected: str
    tolerances: Mapping[str, float]
    engine: str

    def __post_init__(self) -> None:
        if not self.pictures or self.samples < 1:
            raise ValueError(
                f"checks have {len(self.pictures)} pictures and {self.samples} samples of a map, "
                "wanted at least one"
            )
        for name, tolerance in self.tolerances.items():
            if tolerance <= 0:
                raise ValueError(f"checks.tolerances.{name} is {tolerance}, wanted above 0")


def read_checks(value: JsonValue, where: str) -> Checks:
    """Give the record that the JSON object at `where` holds.

    Raises: ValueError when it has other members, or values that cannot be.
    """
    found = record(value, where, [part.name for part in fields(Checks)])
    tolerances = members(found["tolerances"], f"{where}.tolerances")
    return Checks(
        pictures=tuple(text(each, where) for each in items(found["pictures"], where)),
        samples=whole(found["samples"], f"{where}.samples"),
        expected=text(found["expected"], f"{where}.expected"),
        tolerances={
            name: number(each, f"{where}.tolerances.{name}") for name, each in tolerances.items()
        },
        engine=text(found["engine"], f"{where}.engine"),
    )
