"""The parts of the loop: rates, stopping, gradients, averages, batches, processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from featherface_edge.data.types import Crop, Faces  # noqa: E402
from featherface_edge.detection.letterbox import network_input  # noqa: E402
from featherface_edge.models.registry import EDGE_INPUT, PUBLISHED_INPUT  # noqa: E402
from featherface_edge.training.averaging import Average  # noqa: E402
from featherface_edge.training.config.records import (  # noqa: E402
    LoopConfig,
    OptimizerConfig,
    ScheduleConfig,
    StopConfig,
)
from featherface_edge.training.gradients import GradientWatch, anomaly  # noqa: E402
from featherface_edge.training.inputs import normalised  # noqa: E402
from featherface_edge.training.loader import Plan, batches  # noqa: E402
from featherface_edge.training.optimizers import optimizer, set_rate, share_at  # noqa: E402
from featherface_edge.training.stopping import Stopping  # noqa: E402

if TYPE_CHECKING:
    from featherface_edge.spec import Preprocessing

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("name", ["adamw", "sgd"])
def test_onecycle_is_that_of_pytorch(name: str) -> None:
    steps = 40
    config = OptimizerConfig(name=name, rate=0.01)  # type: ignore[arg-type]
    ours = optimizer([nn.Parameter(torch.ones(2))], config)
    theirs = optimizer([nn.Parameter(torch.ones(2))], config)
    schedule = torch.optim.lr_scheduler.OneCycleLR(theirs, max_lr=0.01, total_steps=steps)
    for step in range(steps):
        set_rate(ours, config, ScheduleConfig(), step, steps)
        for key in ("lr", "betas", "momentum"):
            if key in ours.param_groups[0]:
                assert ours.param_groups[0][key] == pytest.approx(theirs.param_groups[0][key])
        theirs.step()
        if step < steps - 1:
            schedule.step()


def test_cosine_falls_to_its_floor_after_the_warm_up() -> None:
    schedule = ScheduleConfig(name="cosine", warm_up=10, floor=0.1)
    assert share_at(schedule, 0, 1000) == pytest.approx(0.1)
    assert share_at(schedule, 9, 1000) == pytest.approx(1, abs=1e-3)
    assert share_at(schedule, 500, 1000) == pytest.approx(0.55)
    assert share_at(schedule, 1000, 1000) == pytest.approx(0.1)


def test_multistep_and_constant() -> None:
    schedule = ScheduleConfig(name="multistep", milestones=(0.5, 0.75), gamma=0.1)
    shares = [share_at(schedule, step, 100) for step in (0, 49, 50, 74, 75)]
    assert shares == pytest.approx([1, 1, 0.1, 0.1, 0.01])
    assert share_at(ScheduleConfig(name="constant"), 77, 100) == 1


def _stopped_after(values: list[float], config: StopConfig) -> int | None:
    stopping = Stopping()
    for epoch, value in enumerate(values, 1):
        stopping.see(epoch, value, config)
        if stopping.enough(epoch, config):
            return epoch
    return None


def test_stopping_has_three_phases() -> None:
    config = StopConfig(never_before=10, eager=(12, 20), eager_patience=2, patience=9)
    flat = [0.5] * 40
    assert _stopped_after(flat, config) == 10  # patience is long exhausted when stopping begins
    assert _stopped_after([0.01 * n for n in range(11)] + [0.0] * 9, config) == 13
    late = [0.01 * n for n in range(20)] + [0.0] * 20
    assert _stopped_after(late, config) == 29
    assert _stopped_after(late, StopConfig()) is None


def test_a_gain_too_small_is_no_gain_but_still_the_best() -> None:
    stopping, config = Stopping(), StopConfig(min_gain=0.01)
    assert stopping.see(1, 0.5, config)
    assert stopping.see(2, 0.505, config)
    assert (stopping.best, stopping.epoch, stopping.idle) == (0.505, 2, 1)


def test_gradients_are_clipped_and_remembered() -> None:
    parameter = nn.Parameter(torch.zeros(4))
    watch = GradientWatch()
    for scale in (1.0, 20.0):
        parameter.grad = torch.full((4,), scale)
        assert watch.take([parameter], 5.0) == pytest.approx(2 * scale)
    assert parameter.grad is not None
    assert float(torch.linalg.vector_norm(parameter.grad)) == pytest.approx(5.0, rel=1e-4)
    assert (watch.clipped, watch.seen, list(watch.norms)) == (1, 2, [2.0, 40.0])
    again = GradientWatch()
    again.restore(**watch.state())  # type: ignore[arg-type]
    assert again == watch


@pytest.mark.parametrize(
    ("norm", "limit", "text"),
    [(11.0, 0.0, "above 10"), (1e-7, 0.0, "below"), (5.0, 0.0, None), (30.0, 50.0, None)],
)
def test_odd_gradients_are_named(norm: float, limit: float, text: str | None) -> None:
    found = anomaly(norm, limit)
    assert (found is None) if text is None else (found is not None and text in found)


def test_average_follows_weights_and_takes_buffers() -> None:
    network = nn.BatchNorm1d(2)
    average = Average(network, 0.9)
    with torch.no_grad():
        network.weight.add_(1.0)
        torch.nn.init.constant_(network.get_buffer("running_mean"), 3.0)
    average.follow(network, 10_000)
    torch.testing.assert_close(average.network.get_parameter("weight"), torch.full((2,), 1.1))
    torch.testing.assert_close(average.network.get_buffer("running_mean"), torch.full((2,), 3.0))


def test_average_without_decay_is_the_network() -> None:
    network = nn.Linear(2, 2)
    average = Average(network, 0.0)
    with torch.no_grad():
        network.weight.add_(1.0)
    average.follow(network, 0)
    torch.testing.assert_close(average.network.get_parameter("weight"), network.weight)


@pytest.mark.parametrize("preprocessing", [EDGE_INPUT, PUBLISHED_INPUT], ids=["edge", "published"])
def test_inputs_equal_those_of_detection(preprocessing: Preprocessing) -> None:
    canvas = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    found = normalised(torch.from_numpy(canvas)[None], preprocessing)
    np.testing.assert_array_equal(found.numpy(), network_input(canvas, preprocessing))


@dataclass(frozen=True)
class _Numbers:
    """A sampler whose crops say their number and side."""

    def sample(self, index: int, side: int) -> Crop:
        nothing = np.zeros((0, 4), np.float32)
        marks = np.zeros((0, 5, 2), np.float32)
        return Crop(np.full((side, side, 3), index % 251, np.uint8), Faces(nothing, marks, nothing))


LOOP = LoopConfig(batch=8, side=32, large_every=2, workers=0)


@pytest.mark.parametrize("workers", [0, 1])
def test_batches_hold_the_planned_crops(workers: int) -> None:
    loop = LoopConfig(batch=8, side=32, large_every=2, workers=workers)
    found = list(batches(_Numbers(), loop, range(2, 4), 0, 1))  # type: ignore[arg-type]
    assert [batch.crops for batch in found] == [list(range(16, 24)), [24, 25]]
    assert [batch.canvases.shape[1] for batch in found] == [32, 64]
    assert found[0].canvases[:, 0, 0, 0].tolist() == list(range(16, 24))


def test_processes_share_the_crops_of_one() -> None:
    whole = Plan(LOOP, range(6), 0, 1)
    halves = [Plan(LOOP, range(6), rank, 2) for rank in (0, 1)]
    for step in range(6):
        assert sorted(halves[0][step] + halves[1][step]) == whole[step]


def test_resumed_plans_go_on_where_they_ended() -> None:
    whole, rest = Plan(LOOP, range(6), 0, 1), Plan(LOOP, range(4, 6), 0, 1)
    assert list(rest) == [whole[4], whole[5]]


def test_distinct_crops_come_again_mirrored() -> None:
    loop = LoopConfig(batch=4, side=32, distinct=6)
    plan = Plan(loop, range(3), 0, 1)
    assert [number for step in plan for number, _ in step] == [
        *range(6),
        *(~number for number in range(6)),
    ]
