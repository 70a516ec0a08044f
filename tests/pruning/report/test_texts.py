"""Sentences and tables say what the figures say."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("torch")

from featherface_edge.pruning.record import Prediction, PruningRecord, Standing
from featherface_edge.pruning.report import tables, texts
from featherface_edge.pruning.trials import Better, Contest, Method, Objective
from tests.pruning.report.records import CHOSEN, SETUP, TRIALS, contest, record, search

pytestmark = pytest.mark.torch


def rivals(better: Better, own: tuple[float, ...], other: tuple[float, ...]) -> Contest:
    return Contest(Objective("loss", better), (Method("gp", (own,)), Method("random", (other,))))


@pytest.mark.parametrize(
    ("better", "own", "other", "verdict"),
    [
        pytest.param("higher", (0.1, 0.4), (0.3, 0.2), "gp wins: loss 0.4", id="higher"),
        pytest.param("lower", (0.1, 0.4), (0.3, 0.2), "gp wins: loss 0.1", id="lower"),
        pytest.param("lower", (0.3, 0.2), (0.1, 0.4), "gp does not win: loss 0.2", id="beaten"),
        pytest.param("higher", (0.3, 0.2), (0.1, 0.3), "gp does not win", id="a tie is no win"),
        pytest.param("higher", (0.1, 0.2, 0.9), (0.1, 0.4), "does not win", id="extra trials"),
    ],
)
def test_who_wins(
    better: Better, own: tuple[float, ...], other: tuple[float, ...], verdict: str
) -> None:
    line = texts.contest_line(rivals(better, own, other))
    assert verdict in line
    assert line.startswith("After 2 trials each")
    assert "chance is not ruled out" in line


def test_repeats_are_averaged_and_the_best_rival_is_named() -> None:
    line = texts.contest_line(contest())
    assert "After 20 trials each, Gaussian process wins: AP hard 0.559" in line
    assert "(random search)" in line
    assert "chance" not in line
    alone = Contest(Objective("AP"), (Method("gp", ((0.5,),)),))
    assert texts.contest_line(alone) == "gp was held to no other method."


@pytest.mark.parametrize(
    ("better", "best"), [("higher", [1.0, 1.0, 3.0, 3.0]), ("lower", [1.0, 0.5, 0.5, 0.5])]
)
def test_the_best_so_far_never_gets_worse(better: Better, best: list[float]) -> None:
    assert texts.best_so_far((1.0, 0.5, 3.0, 2.0), Objective("x", better)) == best


def test_a_removal_that_does_not_hold_is_said_aloud() -> None:
    removal = record().removal
    assert removal is not None
    assert "network agree: raw outputs differ by at most 3.1e-07" in texts.removal_line(removal)
    assert "DO NOT AGREE" in texts.removal_line(replace(removal, difference=2e-5))


def test_errors_of_the_latency_table() -> None:
    line = texts.prediction_line([Prediction(1.05, 1.0), Prediction(1.9, 2.0)])
    assert "2 whole networks: error 5.0 % on average, 5.0 % at most, within 10 %" in line
    assert "20.0 % at most, NOT within" in texts.prediction_line([Prediction(1.2, 1.0)])


def test_the_search_names_its_choice_workers_and_time() -> None:
    line = texts.search_line(search(2), "parameters")
    assert line.startswith(f"{TRIALS} trials by 2 workers in 2 h 0 min. Chosen: trial {CHOSEN}, ")
    assert "149,300 parameters, AP hard 0.564, ms 1.1." in line


def test_costs_and_changes() -> None:
    assert texts.cost_text(8.25, "ms") == "8.25 ms"
    assert texts.cost_text(296_000_000, "MACs") == "296.0 M MACs"
    assert texts.cost_text(150_000, "parameters") == "150,000 parameters"
    assert texts.change(200, 50) == "-75 %"
    assert texts.change(200, 300) == "+50 %"
    assert texts.change(200, 200) == ""


def test_the_set_up_leaves_out_what_is_empty() -> None:
    rows = dict(texts.setup_rows(record()))
    assert rows["budget"] == "at most 150,000 parameters"
    assert rows["milliseconds of"] == "litert INT8, Some CPU, 1 thread"
    assert rows["chosen on"] == "val.jsonl, looked at 31 times"
    assert rows["time taken"].endswith("together 3 h 30 min")
    assert rows["command"] == "fe-prune --network edge --target-params 150000"
    bare = dict(texts.setup_rows(PruningRecord(replace(SETUP, engine="", board="", val=""))))
    assert {"milliseconds of", "chosen on", "time taken", "hardware", "command"}.isdisjoint(bare)


def test_standings_show_what_became_of_the_first() -> None:
    table = tables.standing_table(record().standings)
    assert table.head == ("", "parameters", "MACs", "litert INT8, ms", "AP easy, %", "AP hard, %")
    assert table.rows[0] == ("before", "493,000", "296.0 M", "0.52", "95.7", "76.0")
    assert table.rows[2] == (
        *("fine-tuned", "149,300 (-70 %)", "96.0 M (-68 %)", "0.20 (-62 %)"),
        *("95.0", "-"),
    )
    measured = tables.standing_table([Standing("a", 9, 9, landmark_error=0.0312)])
    assert measured.head[-1] == "landmark error"
    assert measured.rows[0][-1] == "0.031"
    late = tables.standing_table([Standing("a", 9, 9), Standing("b", 9, 9, {"onnx": 1.5})])
    assert late.rows == (("a", "9", "0.0 M", "-"), ("b", "9", "0.0 M", "1.50"))


def test_trials_are_in_order_and_the_choice_stands_out() -> None:
    table = tables.trial_table(search(2), "parameters")
    assert len(table.rows) == TRIALS
    assert table.rows[0][0] == str(CHOSEN)
    values = [float(row[1]) for row in table.rows]
    assert values == sorted(values, reverse=True)
    assert {table.rows[place][0] for place in table.marked} == {"16", "14", "7"}
    front = tables.front_table(search(2), "parameters")
    assert [row[0] for row in front.rows] == ["16", "14", "7"]
    assert front.marked == {0}
    assert "neck" in front.rows[0][-1]


def test_methods_are_in_order() -> None:
    table = tables.contest_table(contest())
    assert [row[0] for row in table.rows] == ["Gaussian process", "random search", "uniform rates"]
    assert table.rows[2][1:] == ("20", "2", "0.465", "51.0")
    lower = tables.contest_table(rivals("lower", (0.4,), (0.3,)))
    assert [row[0] for row in lower.rows] == ["random", "gp"]


def test_layers_that_lost_channels_and_proofs_that_failed_stand_out() -> None:
    layers = tables.layer_table(record().layers)
    assert layers.rows[0] == ("backbone.stage1.0.0", "16", "16", "", "")
    assert layers.rows[1][1:4] == ("16", "8", "-50 %")
    assert len(layers.marked) == 90
    proofs = tables.proof_table(record().proofs)
    assert proofs.marked == {1}
    assert proofs.rows[0][6:] == ("74.10", "73.80", "74.00", "0.20", "176")
    assert proofs.rows[1][6:10] == ("-", "-", "-", "-")
