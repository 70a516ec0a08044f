"""Raw maps of the float network, kept between runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from featherface_calibration import shipped_proof  # noqa: E402
from featherface_converters.proof import Exam, kept, reference  # noqa: E402
from featherface_edge.detection.letterbox import network_input  # noqa: E402
from featherface_edge.evaluation.checkpoint import raw_outputs  # noqa: E402
from featherface_edge.models import checkpoints, registry  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import nn

    from featherface_converters.proof import Reference

pytestmark = pytest.mark.torch
NAME = "edge-pico"
EXAM = Exam(type(shipped_proof())(shipped_proof().files[:3], "three"))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("platformdirs.user_cache_path", _always(tmp_path))
    return tmp_path / "float-maps"


def _always(place: Path) -> Callable[[str], Path]:
    return lambda _name: place


def _network(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return registry.build(NAME).eval()


def _asked(network: nn.Module, size: int = 64) -> tuple[Reference, list[float]]:
    spec = checkpoints.resized(checkpoints.described(network, NAME, {}), size, size)
    shares: list[float] = []
    return reference(network, spec, EXAM, shares.append), shares


def test_a_second_run_reads_what_the_first_computed(cache: Path) -> None:
    network = _network(0)
    first, told = _asked(network)
    again, silence = _asked(network)
    assert len(told) == 3
    assert silence == []
    assert len(list(cache.iterdir())) == 1
    spec = checkpoints.resized(checkpoints.described(network, NAME, {}), 64, 64)
    for canvas, one, other in zip(first.canvases, first.maps, again.maps, strict=True):
        exact = raw_outputs(network, network_input(canvas, spec.preprocessing))
        for wanted, found, kept_one in zip(exact, one, other, strict=True):
            assert np.array_equal(wanted, found)
            assert np.array_equal(wanted, kept_one)


def test_other_weights_or_sizes_are_computed_anew(cache: Path) -> None:
    _asked(_network(0))
    assert len(_asked(_network(1))[1]) == 3
    assert len(_asked(_network(0), 96)[1]) == 3
    assert len(list(cache.iterdir())) == 3


def test_an_interrupted_run_leaves_nothing(cache: Path) -> None:
    def interrupt(_share: float) -> None:
        raise KeyboardInterrupt

    network = _network(0)
    spec = checkpoints.resized(checkpoints.described(network, NAME, {}), 64, 64)
    with pytest.raises(KeyboardInterrupt):
        reference(network, spec, EXAM, interrupt)
    assert list(cache.iterdir()) == []


def test_what_was_used_longest_ago_goes_first(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _asked(_network(0))
    (oldest,) = cache.iterdir()
    os.utime(oldest, (0, 0))
    monkeypatch.setattr(kept, "MOST_BYTES", 2 * sum(f.stat().st_size for f in oldest.iterdir()))
    _asked(_network(1))
    assert oldest.is_dir()
    _asked(_network(2))
    assert not oldest.is_dir()
    assert len(list(cache.iterdir())) == 2


def test_without_a_folder_to_write_to_they_stay_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr("platformdirs.user_cache_path", _always(tmp_path / "file"))
    found, told = _asked(_network(0))
    assert len(found.maps) == len(told) == 3
