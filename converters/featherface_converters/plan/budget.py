"""What rounding may cost at most, and how long to search for a way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from featherface_converters.proof import LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_converters.proof import Limits
    from featherface_edge.spec import Precision

SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Budget:
    """Of an INT8 artifact, against its float network.

    ap_drop: the most average precision, 0 to 1, that any subset may lose. f1: the least F1 of
    agreement, 0 to 1. One of both is given. seconds: of the search for each target, after which
    the best plan so far must do.
    """

    ap_drop: float | None = None
    f1: float | None = None
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        if (self.ap_drop is None) == (self.f1 is None):
            raise ValueError(f"wanted one of ap_drop and f1, got {self.ap_drop} and {self.f1}")
        if not 0 <= (self.ap_drop or self.f1 or 0.0) <= 1 or self.seconds <= 0:
            raise ValueError(f"{self} cannot be kept")

    def limits(self) -> Mapping[Precision, Limits]:
        """What artifacts must reach, this budget of INT8 ones included."""
        within = replace(LIMITS["int8"], f1=self.f1, ap_drop=self.ap_drop)
        return {**LIMITS, "int8": within}
