"""A float checkpoint as a detector."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.errors import UsageError
from featherface_edge.spec import Thresholds

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")

from featherface_edge.evaluation.checkpoint import (  # noqa: E402 - it needs torch
    CheckpointDetector,
    open_checkpoint,
)
from featherface_edge.models import checkpoints, registry  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.models.checkpoints import Checkpoint


EVERYTHING = Thresholds(score=1e-4)  # an untrained network is sure of nothing


def _untrained(path: Path, name: str) -> Checkpoint:
    torch.manual_seed(0)
    checkpoints.save(path, registry.build(name), name, {})
    return open_checkpoint(path, 1, "cpu")


@pytest.mark.parametrize(("name", "size"), [("edge", (96, 128)), ("v1-lite", (70, 101))])
def test_own_size_means_no_scaling(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    detector = CheckpointDetector(_untrained(tmp_path / "a.safetensors", name), None, EVERYTHING)
    inputs: list[tuple[int, ...]] = []
    detector.model.register_forward_pre_hook(
        lambda _module, given: inputs.append(tuple(given[0].shape))
    )
    faces = detector.detect(np.random.default_rng(0).integers(0, 256, (70, 101, 3), np.uint8))
    assert inputs == [(1, 3, *size)]
    centres = (faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2
    assert len(centres)
    assert (centres < (150, 150)).all()


def test_the_input_goes_where_the_network_is(tmp_path: Path) -> None:
    checkpoint = _untrained(tmp_path / "a.safetensors", "edge")
    checkpoint.model.to("meta")
    detector = CheckpointDetector(checkpoint, (64, 64), EVERYTHING)
    # The device that only counts shapes cannot give numbers back: the network ran there.
    with pytest.raises(NotImplementedError, match="meta"):
        detector.detect(np.zeros((64, 64, 3), np.uint8))


@pytest.mark.parametrize("device", ["abacus", "cuda:99", ""])
def test_unknown_devices_are_named(device: str, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    checkpoints.save(path, registry.build("edge"), "edge", {})
    with pytest.raises(UsageError, match="is no device that can be used here"):
        open_checkpoint(path, 1, device)
