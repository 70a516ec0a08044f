from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")
pytest.importorskip("scipy")

import torch

from featherface_edge.errors import DataError
from featherface_edge.pruning.anatomy import Layer, Shape, census
from featherface_edge.pruning.chains import REPEATS, Sample, chain, samples
from featherface_edge.pruning.costs import fitted_costs
from featherface_edge.pruning.latency import STOPWATCHES, read_measured
from featherface_edge.pruning.timing import CHECKS, WHOLES, Subject, check, latency_table
from tests.fakes import model_spec
from tests.pruning.search.toys import Clock, tiny

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from featherface_edge.spec import ModelSpec

pytestmark = pytest.mark.torch

SIDE = 64


def unheard(_text: str) -> None:
    """Nobody listens."""


def subject(clock: Clock | None = None) -> Subject:
    """The small network and a clock that computes."""
    return Subject(tiny(), model_spec(SIDE, SIDE), clock or Clock())


def test_the_table_knows_networks_that_it_never_saw(tmp_path: Path) -> None:
    clock = Clock()
    table = latency_table(tmp_path / "table.json", subject(clock), unheard)
    assert table.costs.tile == 16
    found = check(table, subject(clock), unheard)
    assert len(found) == CHECKS
    assert len({each.measured for each in found}) > CHECKS // 2
    assert max(each.error for each in found) < 0.05
    assert (
        table.milliseconds({"wide": 16})
        < table.milliseconds({})
        == pytest.approx(clock.milliseconds(tiny(), model_spec(SIDE, SIDE)), rel=0.05)
    )


class Dying(Clock):
    """A clock that can be asked so many times."""

    def __init__(self, life: int) -> None:
        super().__init__()
        self.life = life

    def milliseconds(self, model: nn.Module, spec: ModelSpec) -> float:
        """What the network would take, or the end."""
        if self.calls == self.life:
            raise KeyboardInterrupt
        return super().milliseconds(model, spec)


def test_a_killed_measurement_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    count = len(samples(census(tiny(), SIDE, SIDE).layers, SIDE))
    for life in (5, count - 3, WHOLES - 5):
        with pytest.raises(KeyboardInterrupt):
            latency_table(path, subject(Dying(life)), unheard)
    clock = Clock()
    table = latency_table(path, subject(clock), unheard)
    assert clock.calls == 3
    fresh = latency_table(tmp_path / "fresh.json", subject(), unheard)
    assert table.milliseconds({"wide": 24}) == fresh.milliseconds({"wide": 24})
    first = check(table, subject(clock), unheard)
    again = Clock()
    assert check(latency_table(path, subject(again), unheard), subject(again), unheard) == first
    assert again.calls == 0


def test_other_conditions_begin_anew(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    latency_table(path, subject(), unheard)
    conditions = subject().conditions
    assert read_measured(path, conditions).wholes
    other = replace(conditions, board={**conditions.board, "cpu": "made of stone"})
    assert not read_measured(path, other).samples


def test_what_is_no_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match=r"table\.json is no latency table .* remove it"):
        read_measured(path, subject().conditions)
    latency_table(path.with_name("good.json"), subject(), unheard)
    held = json.loads(path.with_name("good.json").read_text(encoding="utf-8"))
    held["samples"][0]["shape"]["colour"] = "red"
    path.write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(DataError, match="colour"):
        read_measured(path, subject().conditions)


@pytest.mark.parametrize("tile", [8, 16, 32])
def test_the_interpreters_tile_is_found(tile: int) -> None:
    shape = Shape(3, 20, 20)
    pairs = [(16, 16), (64, 64), (40, 40), (16, 64)]
    chains = [Sample(shape, ins, outs, REPEATS) for ins, outs in pairs]
    times = {sample.frame: 0.3 for sample in chains}
    for sample in chains:
        ins, outs = sample.inputs, sample.outputs
        each = sum(
            2e-5 * one * -(-other // tile) * tile for one, other in ((ins, outs), (outs, ins))
        )
        times[sample] = 0.3 + REPEATS * (0.002 + each)
    costs = fitted_costs(times)
    assert costs.tile == tile
    wanted = 0.001 + 2e-5 * 24 * -(-56 // tile) * tile
    assert costs.milliseconds(Layer(shape, 24, 56)) == pytest.approx(wanted, rel=1e-6)
    assert costs.milliseconds(Layer(Shape(5, 20, 20), 24, 56)) == 0


@pytest.mark.parametrize(
    "sample",
    [
        Sample(Shape(3, 20, 10), 16, 40, REPEATS),
        Sample(Shape(3, 12, 12, depthwise=True), 24, 24, REPEATS),
        Sample(Shape(1, 5, 5, groups=4), 16, 32, REPEATS),
        Sample(Shape(2, 20, 10), 48, 48, 0),
        Sample(Shape(3, 32, 32), 16, 16, 0, stride=2),
    ],
    ids=["full", "depthwise", "grouped", "frame", "first"],
)
def test_a_chain_is_made_of_its_shape(sample: Sample) -> None:
    network, spec = chain(sample)
    size = spec.preprocessing
    found = census(network, size.width, size.height).layers
    body = found[: -len(spec.outputs)]
    repeated = [layer for layer in body if layer.shape == sample.shape]
    assert len(repeated) == (2 * sample.repeats or 1)
    widths = {(layer.inputs, layer.outputs) for layer in repeated if not layer.first}
    assert widths <= {(sample.inputs, sample.outputs), (sample.outputs, sample.inputs)}
    with torch.no_grad():
        maps = network(torch.zeros(1, 3, size.height, size.width))
    assert len(maps) == len(spec.outputs)


def test_every_shape_of_a_network_is_sampled_once() -> None:
    layers = census(tiny(), SIDE, SIDE).layers
    found = samples(layers, SIDE)
    assert len(found) == len(set(found))
    shapes = {layer.shape for layer in layers if not layer.first and layer.shape.height > 1}
    assert {sample.shape for sample in found if sample.repeats} == shapes
    assert all(sample.frame in found for sample in found if sample.repeats)
    assert [sample.outputs for sample in found if sample.first] == [32, 16]


@pytest.mark.convert
@pytest.mark.parametrize("engine", STOPWATCHES)
def test_every_stopwatch_of_the_table_imports(engine: str) -> None:
    module = pytest.importorskip(STOPWATCHES[engine])
    assert engine in module.ENGINES
