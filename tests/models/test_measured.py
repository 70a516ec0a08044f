from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")

from featherface_edge.errors import DataError
from featherface_edge.models.checkpoints import shipped_names
from featherface_edge.models.measured import Measured, Precision, measured

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

GOOD = "[v1]\nweights = 'x'\nat_640 = [3, 2.5, 1]\noriginal = [6, 5, 4]\n"


def test_the_package_s_own_figures() -> None:
    found = measured()
    assert found["v1"].original == Precision(97.0, 95.6, 81.8)
    assert {"edge", "v1-lite", "v2-coordatt", "eca-cbam", "retinaface-mnet0.25"} < set(found)
    assert "v2" not in found


def test_every_shipped_network_was_measured() -> None:
    assert set(shipped_names()) <= set(measured())


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "measured.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert measured(path) == {"v1": Measured("x", Precision(3, 2.5, 1), Precision(6, 5, 4))}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (GOOD.replace("v1", "v9"), "v9"),
        (GOOD.replace("weights", "weight"), "must have the keys"),
        (GOOD.replace("[3, 2.5, 1]", "[3, 2.5]"), "three numbers"),
        (GOOD.replace("[3, 2.5, 1]", "[3, 2.5, '1']"), "three numbers"),
        (GOOD.replace("[3, 2.5, 1]", "[3, 250, 1]"), "0 to 100"),
        ("v1 = 3", "must have the keys"),
        ("[v1", "measured.toml"),
    ],
    ids=["network", "key", "count", "text", "range", "table", "toml"],
)
def test_other_files_are_refused(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "measured.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=fault):
        measured(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.toml"):
        measured(tmp_path / "none.toml")
