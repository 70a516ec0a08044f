"""Which channels of a network are kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.errors import PruningError
from featherface_edge.files import write_text
from featherface_edge.spec.fields import members, record, wholes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

    from featherface_edge.spec import JsonValue

VERSION = 1
MULTIPLE = 8
HIGHEST_RATE = 0.9  # of a group's channels that may go


@dataclass(frozen=True, slots=True)
class Plan:
    """The indices of the channels that are kept, ascending, by name of their group.

    Groups that are not named stay whole.
    """

    kept: Mapping[str, tuple[int, ...]]

    def __post_init__(self) -> None:
        for name, indices in self.kept.items():
            if not indices or min(indices) < 0 or list(indices) != sorted(set(indices)):
                raise ValueError(f"{name} keeps {list(indices)}, wanted ascending ones, 0 or more")


def choose(
    scores: Mapping[str, Tensor], rates: Mapping[str, float], multiple: int = MULTIPLE
) -> Plan:
    """The plan that takes out of each group the share of channels with the lowest scores.

    scores (size,) by group. rates: share that goes, 0 to 0.9; groups without one stay whole. What
    is kept of a group is the nearest multiple, at least one multiple if the group has so many.
    """
    unknown = sorted(set(rates) - set(scores))
    if unknown:
        raise ValueError(f"no scores of {', '.join(unknown)}")
    if multiple < 1:
        raise ValueError(f"multiple is {multiple}, wanted 1 or more")
    return Plan(
        {
            name: _highest(score, count_kept(len(score), rates.get(name, 0.0), multiple))
            for name, score in scores.items()
        }
    )


def count_kept(size: int, rate: float, multiple: int = MULTIPLE) -> int:
    """How many of `size` channels stay at this rate, 0 to 0.9: see `choose`."""
    if not 0 <= rate <= HIGHEST_RATE:
        raise ValueError(f"rate is {rate}, wanted 0 to {HIGHEST_RATE}")
    if rate == 0:
        return size
    nearest = int(size * (1 - rate) / multiple + 0.5) * multiple
    return min(size, max(multiple, nearest))


def to_json(plan: Plan) -> str:
    """The plan as JSON text, one group a line."""
    lines = [f"  {json.dumps(name)}: {list(indices)}" for name, indices in plan.kept.items()]
    return f'{{"version": {VERSION}, "kept": {{\n' + ",\n".join(lines) + "\n}}\n"


def from_json(text: str) -> Plan:
    """The plan that the text holds.

    Raises: PruningError when it holds none.
    """
    try:
        value: JsonValue = json.loads(text)
        found = record(value, "plan", ["version", "kept"])
        if found["version"] != VERSION:
            raise ValueError(f"version is {found['version']!r}, this release knows {VERSION}")  # noqa: TRY301 - the same cure as for other faults
        kept = members(found["kept"], "kept")
        return Plan({name: wholes(indices, f"kept.{name}") for name, indices in kept.items()})
    except ValueError as error:
        raise PruningError(f"the plan does not hold: {error}: make it again") from error


def save(path: Path, plan: Plan) -> None:
    """Write the plan to a file, whole or not at all."""
    write_text(path, to_json(plan))


def load(path: Path) -> Plan:
    """The plan in a file.

    Raises: PruningError when there is no file or no plan in it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PruningError(f"{path} cannot be read ({error}): give a plan of 'fe-prune'") from error
    return from_json(text)


def _highest(score: Tensor, count: int) -> tuple[int, ...]:
    """The places of the highest values, the earlier one where two are equal; ascending."""
    values = [float(value) for value in score]
    best = sorted(range(len(values)), key=lambda place: (-values[place], place))
    return tuple(sorted(best[:count]))
