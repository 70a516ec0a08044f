from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherface_runtime.track.assignment import assign
from tests.runtime.track.pairs import best_pairs

if TYPE_CHECKING:
    from featherface_edge.detection import FloatArray

# scipy, the reference, comes with the extra.
pytestmark = pytest.mark.torch


@st.composite
def similarities(draw: st.DrawFn) -> FloatArray:
    shape = (draw(st.integers(0, 12)), draw(st.integers(0, 12)))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = random.choice([0.0, 0.05, 0.3, 0.5, 1.0], shape) * random.choice([1.0, 0.9], shape)
    full = draw(st.sampled_from([0.0, 0.5, 0.9]))
    similarity: FloatArray = (values * (random.random(shape) >= full)).astype(np.float32)
    return similarity


@given(similarities(), st.sampled_from([0.0, 0.1, 0.5]))
def test_pairs_sum_up_to_what_scipy_finds(similarity: FloatArray, least: float) -> None:
    rows, columns = assign(similarity, least)
    assert len(set(rows)) == len(rows) == len(set(columns)) == len(columns)
    assert list(rows) == sorted(rows)
    assert (similarity[rows, columns] >= max(least, 1e-9)).all()
    worth = np.where(similarity >= least, similarity, 0)
    best = worth[best_pairs(worth)].sum()
    assert similarity[rows, columns].sum() == pytest.approx(best, abs=1e-5)


def test_a_crowd_is_settled_exactly() -> None:
    random = np.random.default_rng(5)
    similarity = random.random((80, 90), np.float32)
    rows, columns = assign(similarity, 0.0)
    best = similarity[best_pairs(similarity)].sum()
    assert similarity[rows, columns].sum() == pytest.approx(best, rel=1e-5)


def test_the_better_sum_wins_over_the_best_pair() -> None:
    rows, columns = assign(np.array([[0.9, 0.8], [0.8, 0.0]], np.float32), 0.1)
    assert list(zip(rows, columns, strict=True)) == [(0, 1), (1, 0)]
