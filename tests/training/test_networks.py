from __future__ import annotations

import pytest

pytest.importorskip("torch")

from featherface_edge.errors import UsageError
from featherface_edge.models.registry import NETWORKS
from featherface_edge.training.networks import networks_table

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
