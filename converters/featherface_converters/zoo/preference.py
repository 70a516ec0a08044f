"""Which model is the zoo's default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_runtime.zoo import Default

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_runtime.zoo import Artifact, Reference


FARTHEST = 0.1  # most mean landmark error of a default, face sizes


def preferred(artifacts: Sequence[Artifact], reference: Reference, within: float) -> Default:
    """The network and size of the best mean average precision that are quick enough, and why.

    within: the most time, mean of the formats, in units of the reference's. The quickest of all
    where none is quick enough. Models whose landmarks are farther off than 0.1 face sizes do not
    count, unless all are.
    """
    artifacts = _with_landmarks(artifacts) or artifacts
    unit = f"the time of {reference.name} at {reference.width}x{reference.height}"
    groups: dict[tuple[str, int, int], list[Artifact]] = {}
    for each in artifacts:
        groups.setdefault((each.network, each.width, each.height), []).append(each)
    times = {key: time for key, group in groups.items() if (time := _ratio(group)) is not None}
    quick = [key for key, time in times.items() if time <= within]
    if not quick:
        key = min(times or groups, key=lambda each: times.get(each, each[1] * each[2]))
        return Default(*key, f"the quickest; none takes at most {within:g} of {unit}")
    key = max(quick, key=lambda each: _precision(groups[each]))
    return Default(
        *key,
        f"the best mean AP ({100 * _precision(groups[key]):.1f}) among models that take at most "
        f"{within:g} of {unit} and whose landmarks are within {FARTHEST:g} face sizes, means of "
        f"the formats; it takes {times[key]:.2f}",
    )


def _with_landmarks(artifacts: Sequence[Artifact]) -> list[Artifact]:
    return [each for each in artifacts if each.landmark_error <= FARTHEST]


def _ratio(group: Sequence[Artifact]) -> float | None:
    known = [each.timing.ratio for each in group if each.timing.ratio is not None]
    return sum(known) / len(known) if known else None


def _precision(group: Sequence[Artifact]) -> float:
    return sum(each.precision.mean for each in group) / len(group)
