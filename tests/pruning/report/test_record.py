"""Records that cannot be are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")

from featherface_edge.pruning.record import (
    Budget,
    Layer,
    Prediction,
    Progress,
    PruningRecord,
    Standing,
)
from featherface_edge.pruning.trials import Contest, Method, Objective, Trial
from tests.pruning.report.records import CHOSEN, SETUP, rates, record, search

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.torch

NAN = float("nan")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        pytest.param(lambda: Budget("ms", 0), "budget of 0", id="budget"),
        pytest.param(lambda: replace(SETUP, width=0), "0x320", id="size"),
        pytest.param(lambda: replace(SETUP, network=""), "network is empty", id="name"),
        pytest.param(lambda: Trial(1, {"neck": 1.0}, 9, (0.5,)), "1.0 of neck", id="all"),
        pytest.param(lambda: Trial(1, {"neck": 0.5}, 9, (NAN,)), "trial 1", id="no score"),
        pytest.param(lambda: replace(search(), chosen=99), r"\[99\]", id="chosen"),
        pytest.param(lambda: replace(search(), front=(1, 77)), r"\[77\]", id="front"),
        pytest.param(
            lambda: replace(search(), trials=search().trials * 2), "one number", id="twice"
        ),
        pytest.param(
            lambda: replace(search(2), objectives=(Objective("AP"),)), "2 scores", id="scores"
        ),
        pytest.param(lambda: Method("random", ()), "random", id="no repeat"),
        pytest.param(lambda: Method("random", ((0.1,), ())), "random", id="empty repeat"),
        pytest.param(lambda: Method("random", ((NAN,),)), "random", id="a repeat without score"),
        pytest.param(
            lambda: Contest(Objective("AP"), (Method("a", ((1.0,),)),) * 2), "one name", id="names"
        ),
        pytest.param(lambda: Layer("neck", 16, 24), "24 of 16", id="more channels"),
        pytest.param(lambda: Layer("neck", 16, 0), "0 of 16", id="no channel"),
        pytest.param(lambda: Standing("before", 0, 9), "without cost", id="no parameter"),
        pytest.param(
            lambda: Standing("before", 1, 9, {}, {"hard": 76.0}), "76.0 in hard", id="percent"
        ),
        pytest.param(lambda: Progress("fine-tuning", 3, 1.5, 0.1), "1.5 at step 3", id="sparsity"),
        pytest.param(lambda: Prediction(0, 1), "above 0", id="no time"),
        pytest.param(lambda: PruningRecord(SETUP, rates={"neck": -0.1}), "-0.1", id="rate"),
    ],
)
def test_what_cannot_be_is_refused(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wrong()


def test_a_run_is_told_from_its_set_up_on() -> None:
    assert PruningRecord(SETUP).search is None
    assert record().rates == rates(CHOSEN)


def test_a_trial_is_found_by_its_number() -> None:
    assert search().trial(CHOSEN).scores[0] == max(each.scores[0] for each in search().trials)


def test_the_removal_holds_up_to_what_is_allowed() -> None:
    removal = record().removal
    assert removal is not None
    assert removal.holds
    assert replace(removal, difference=1e-5).holds
    assert not replace(removal, difference=1.1e-5).holds


def test_the_error_is_a_share_of_the_measured_time() -> None:
    assert Prediction(0.9, 1.0).error == pytest.approx(0.1)
    assert Prediction(3.0, 2.0).error == pytest.approx(0.5)
