from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")

from featherface_edge.errors import UsageError
from featherface_edge.models.checkpoints import save
from featherface_edge.models.registry import NETWORKS, build
from featherface_edge.training import networks
from featherface_edge.training.networks import networks_table
from featherface_edge.training.shipped_models import loss, notes, shipped_models, times

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch


def row(table: str, name: str) -> str:
    (found,) = (line for line in table.splitlines() if line.split()[:1] == [name])
    return found


def test_every_network_has_a_row() -> None:
    table = networks_table()
    for name, entry in NETWORKS.items():
        assert f"{entry.parameters:,}" in row(table, name)
        assert entry.remark in row(table, name)
    assert "95.7 / 92.9 / 70.1" in row(table, "v1")
    assert "not trained" in row(table, "v2")
    assert "yes" in row(table, "vit")
    assert "no " in row(table, "v1")


def test_shipped_models_have_their_figures() -> None:
    models = shipped_models()
    table = networks_table()
    for name in {each.network for each in models}:
        mine = [each for each in models if each.network == name]
        assert f" {loss(mine)} " in row(table, name)
        assert f" {times(mine)} " in row(table, name)
    words = " ".join(table.split())
    assert "a subset of 140 photographs" in words
    assert f"in units of {models[-1].unit} in the same interpreter" in words


def test_a_shipped_network_of_another_architecture_has_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "edge-tiny.safetensors"
    save(file, build("nano"), "edge-tiny", {}, "nano")
    monkeypatch.setattr(networks, "shipped_names", lambda: ["edge-tiny"])
    monkeypatch.setattr(networks, "shipped", {"edge-tiny": file}.__getitem__)
    table = networks_table(detail=True)
    assert "344,254" in row(table, "edge-tiny")
    assert row(table, "edge-tiny").endswith("nano with widths of its own")
    assert "not trained" in row(table, "edge-tiny")
    assert "edge-tiny: 344,254 parameters, nano with widths of its own" in table


def test_without_shipped_models_nothing_is_said_of_them() -> None:
    assert (loss([]), times([]), notes([])) == ("-", "-", [])


def test_columns_stand_under_each_other() -> None:
    header, *rows = networks_table(["v1", "nano-b-enhanced"]).splitlines()[:3]
    for title in ("deployable", "AP at 640", "remark"):
        assert all(line[header.index(title) - 1] == " " for line in rows)
        assert all(line[header.index(title)] != " " for line in rows)


def test_names_choose() -> None:
    table = networks_table(["vit", "v1", "vit"])
    assert "nano" not in table.splitlines()[1] + table.splitlines()[2]
    assert table.count("\nvit ") == 1


def test_detail_shows_the_parts() -> None:
    text = networks_table(["v1", "v2"], detail=True)
    assert "v1: 592,371 parameters, published as 488,661" in text
    assert "context             232,965  39.3 %" in text
    assert "97.0 / 95.6 / 81.8 at original size" in text
    assert "coordinate" not in text
    assert text.rstrip().endswith("not trained")


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UsageError, match="unknown network 'v9'"):
        networks_table(["v9"])
