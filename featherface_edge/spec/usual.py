"""What the pictures that calibrated an artifact are like: quantiles of what a sketch notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.spec.fields import items, members, number, record, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_edge.spec.model_spec import JsonValue

QUANTILES = 21  # from least to greatest, in equal steps


@dataclass(frozen=True, slots=True)
class Usual:
    """Of so many pictures, the quantiles of every number that is noted, by its name."""

    pictures: int
    quantiles: Mapping[str, tuple[float, ...]]

    def __post_init__(self) -> None:
        if self.pictures < 1 or not self.quantiles:
            raise ValueError(
                f"usual has {self.pictures} pictures and {len(self.quantiles)} numbers, wanted some"
            )
        for name, values in self.quantiles.items():
            if len(values) != QUANTILES or list(values) != sorted(values):
                raise ValueError(f"usual.quantiles.{name} are no {QUANTILES} rising numbers")


def read_usual(value: JsonValue, where: str) -> Usual:
    """Give the record that the JSON object at `where` holds.

    Raises: ValueError when it has other members, or values that cannot be.
    """
    found = record(value, where, ["pictures", "quantiles"])
    quantiles = members(found["quantiles"], f"{where}.quantiles")
    return Usual(
        pictures=whole(found["pictures"], f"{where}.pictures"),
        quantiles={
            name: tuple(number(each, f"{where}.quantiles.{name}") for each in items(values, where))
            for name, values in quantiles.items()
        },
    )
