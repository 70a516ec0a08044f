from __future__ import annotations

import pytest

from featherface_edge.columns import aligned


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    rows = [("name", "ms", ""), ("a", "10.25", "why"), ("longer", "7", "")]
    assert aligned(rows) == ["name    ms", "a       10.25  why", "longer  7"]


def test_numbers_stand_flush_right() -> None:
    rows = [("name", "ms"), ("a", "10.25"), ("longer", "7")]
    assert aligned(rows, range(1, 2)) == ["name       ms", "a       10.25", "longer      7"]


def test_no_rows_are_no_lines() -> None:
    assert aligned([]) == []


def test_rows_of_several_lengths_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="shorter"):
        aligned([("a", "b"), ("c",)])
