"""Solved kernels bring a slim network nearer to the whole one."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")

from featherface_calibration import shipped_calibration  # noqa: E402
from featherface_edge.models import checkpoints  # noqa: E402
from featherface_edge.pruning.groups import channel_groups  # noqa: E402
from featherface_edge.pruning.importance import importance  # noqa: E402
from featherface_edge.pruning.plan import Plan, choose  # noqa: E402
from featherface_edge.pruning.reconstruction import reconstruct  # noqa: E402
from featherface_edge.pruning.slim import slimmed  # noqa: E402
from featherface_edge.training.inputs import normalised  # noqa: E402

if TYPE_CHECKING:
    from torch import Tensor, nn

pytestmark = pytest.mark.torch

SIDE = 160


@pytest.fixture(name="inputs", scope="module")
def _inputs() -> list[Tensor]:
    spec = checkpoints.resized(checkpoints.load(checkpoints.shipped()).spec, SIDE, SIDE)
    canvases = islice(shipped_calibration().canvases(spec.preprocessing), 4)
    return [
        normalised(torch.from_numpy(canvas.copy())[None], spec.preprocessing) for canvas in canvases
    ]


def _error(found: nn.Module, wanted: nn.Module, x: Tensor) -> float:
    with torch.no_grad():
        pairs = zip(found(x), wanted(x), strict=True)
        return sum(float((one - two).square().mean() / two.square().mean()) for one, two in pairs)


def test_on_other_pictures_the_solved_network_is_nearer_to_the_whole(inputs: list[Tensor]) -> None:
    whole = checkpoints.load(checkpoints.shipped()).model
    scores = importance(whole, channel_groups(whole), "geometric-median")
    plan = choose(scores, dict.fromkeys(scores, 0.25))
    plain, solved = slimmed(whole, plan), slimmed(whole, plan)
    left = reconstruct(solved, whole, plan, inputs[:3])
    assert all(-1e-6 <= share <= 1.0 + 1e-6 for share in left.values())
    assert _error(solved, whole, inputs[3]) < 0.5 * _error(plain, whole, inputs[3])


def test_a_network_that_lost_nothing_stays_what_it_is(inputs: list[Tensor]) -> None:
    whole = checkpoints.load(checkpoints.shipped()).model
    solved = slimmed(whole, Plan({}))
    left = reconstruct(solved, whole, Plan({}), inputs[:2])
    assert max(left.values()) < 0.05
    assert _error(solved, whole, inputs[3]) < 0.05 * len(solved(inputs[3]))
