"""Numbers as they stand in a proof."""

from __future__ import annotations

DIGITS = 4


def rounded(value: float) -> float:
    """The number with four decimals; whole ones as they are."""
    return value if isinstance(value, int) else round(value, DIGITS)
