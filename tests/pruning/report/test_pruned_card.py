"""The model card of a pruned network."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("torch")

from featherface_edge.pruning.record import PruningRecord
from featherface_edge.pruning.report.card import model_card
from tests.fakes import model_spec
from tests.pruning.report.records import SETUP, record

pytestmark = pytest.mark.torch


def rows(card: str) -> dict[str, str]:
    """The tables' rows by their first cell."""
    cells = [line.strip("| ").split(" | ", 1) for line in card.splitlines() if "|" in line]
    return {cell[0]: cell[1] for cell in cells if len(cell) == 2}


def test_everything_of_a_run_is_told() -> None:
    card = model_card(record(), replace(model_spec(), network="edge-nano"), "edge-nano.safetensors")
    assert card.startswith("# Model card: edge-nano\n")
    found = rows(card)
    assert "149,300 parameters, 0.60 MB" in found["Network"]
    assert found["Pruned from"] == "`edge.safetensors`, SHA-256 `abababababab`"
    assert found["Budget"] == "at most 150,000 parameters"
    assert "stage2" in found["Removed"]
    assert found["Chosen on"].startswith("val.jsonl, looked at 31 times:")
    assert found["Teacher"] == "v1.safetensors"
    assert "Average precision (AP): val.jsonl, 140 pictures, letterboxed to 640 x 640." in card
    assert found["Hardware"] == "Some CPU (2 cores)"
    assert found["fine-tuned"].startswith("149,300 (-70 %) | 96.0 M (-68 %)")
    assert found["onnx-int8"].startswith("failed")
    for text in ("network agree", "Gaussian process wins", "The budget was met", "## Licence"):
        assert text in card


def test_what_was_not_measured_is_called_so() -> None:
    bare = PruningRecord(
        replace(SETUP, val="", measured="", engine=""), standings=record().standings[1:2]
    )
    card = model_card(bare, model_spec(), "weights.safetensors")
    found = rows(card)
    assert found["Removed"] == found["Time"] == "not measured"
    assert found["Chosen on"].startswith("nothing")
    assert "Average precision (AP): not measured." in card
    assert "INT8: not measured" in card


def test_a_run_without_a_network_has_no_card() -> None:
    with pytest.raises(ValueError, match="finish it first"):
        model_card(PruningRecord(SETUP), model_spec(), "weights.safetensors")
