"""Ranges in a network of one's own: the converters measure them, where they are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from featherface_calibration.samples import CalibrationSet
    from featherface_calibration.verdict.judge import Ranges
    from featherface_edge.spec import Preprocessing

_MODULE = "featherface_converters.set_ranges"  # above this floor: reached by name alone


def ranges_in(
    network: Path | str,
    given: CalibrationSet,
    rule: Preprocessing,
    tell: Callable[[float], None],
) -> Ranges:
    """Give the ranges of a set in a network; `network`: a checkpoint, or a shipped one's name.

    Raises: MissingDependencyError where the converters are not installed. DataError when the set
    was made for another network.
    """
    module = load(_MODULE, "ranges in a network of one's own", "convert")
    found: Ranges = module.ranges_in(network, given, rule, tell)
    return found
