"""The plan's record, the blocks of networks, ranges by every estimator, and where blocks go."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxscript")

import torch
from torch import Tensor, nn

from featherface_converters.plan import ESTIMATORS, Cost, Estimator, Plan
from featherface_converters.plan.blocks import block_of, blocks, nodes_of
from featherface_converters.plan.exempt import Operator, placed
from featherface_converters.plan.ranges import Seen, estimated, histograms
from featherface_converters.prepare import prepare
from featherface_converters.statistics import collect
from featherface_edge.models import registry
from featherface_edge.models.graph import capture, convolutions
from featherface_edge.spec import from_json, to_json
from tests.converters.jobs import canvases
from tests.converters.plan.small import SIDE, Small, job

if TYPE_CHECKING:
    from featherface_converters.matching import Limits

pytestmark = pytest.mark.convert

JSONSCHEMA = pytest.importorskip("jsonschema")
SCHEMA = json.loads(files("featherface_edge.spec").joinpath("manifest.schema.json").read_text())


def test_a_plan_stands_in_the_manifest() -> None:
    plan = Plan(
        "percentile",
        left_float=("stem", "heads.0"),
        costs=(Cost("stem", 0.123456, 0.5),),
        ended="x",
    )
    spec = replace(job().spec, plan=plan.as_json())
    held = from_json(to_json(spec)).plan
    assert held["estimator"] == "percentile"
    assert held["left_float"] == ["stem", "heads.0"]
    assert held["costs"] == [{"block": "stem", "milliseconds": 0.1235, "gain": 0.5}]
    assert "plan" not in to_json(replace(spec, plan={}))
    checker = JSONSCHEMA.Draft202012Validator(SCHEMA)
    assert checker.is_valid(json.loads(to_json(spec)))
    for wrong in ({"estimator": "guess"}, {"left_float": ["stem", "stem"]}, {"more": 1}):
        record = {**json.loads(to_json(spec)), "plan": {**plan.as_json(), **wrong}}
        assert not checker.is_valid(record)


def test_the_usual_plan_tells_nothing_of_a_search() -> None:
    assert set(Plan().as_json()) == {"version", "estimator", "equalise", "correct", "left_float"}
    assert Plan().in_words() == "minima and maxima over all images; equalised; biases corrected"
    assert Plan(equalise=False, correct=False, left_float=("a",)).in_words().endswith("; float: a")


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"estimator": "guess"}, "estimator is 'guess'"),
        ({"left_float": ("a", "a")}, "twice"),
        ({"costs": (Cost("b", 0, 0),)}, "costs of b"),
    ],
    ids=["estimator", "twice", "costs"],
)
def test_a_wrong_plan_is_refused(given: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Plan(**given)  # type: ignore[arg-type]  # a table of all fields


def test_blocks_of_edge_are_its_modules() -> None:
    entry = registry.network("edge")
    size = replace(entry.preprocessing, width=64, height=64)
    graph = prepare(entry.build().eval(), size)
    found = blocks(graph)
    names = [block.name for block in found]
    assert {"backbone.stage1", "neck.cells.2", "context.0", "mixing.1", "heads.2"} <= set(names)
    every = [node.name for node in graph.graph.nodes if node.op == "call_function"]
    assert sorted(node for block in found for node in block.nodes) == sorted(every)
    of_node = block_of(graph)
    for block in found:
        kernels = [conv for conv in convolutions(graph) if of_node[conv.node.name] == block.name]
        assert len(kernels) != 1, f"{block.name} is a single operator"
        assert bool(block.work) == bool(kernels)


class Flat(nn.Module):
    """Twenty convolutions straight in the network, as a file without modules gives them."""

    def __init__(self) -> None:
        super().__init__()
        for place in range(20):
            self.add_module(f"conv_{place}", nn.Conv2d(3, 3, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(1, 3, H, W) -> the same shape."""
        for each in self.children():
            x = torch.relu(each(x))
        return x


def test_a_network_without_modules_falls_into_runs() -> None:
    names = [block.name for block in blocks(capture(Flat(), SIDE, SIDE))]
    assert names == ["convolutions 1 to 8", "convolutions 9 to 16", "convolutions 17 to 20"]


def test_an_unknown_block_is_refused() -> None:
    with pytest.raises(ValueError, match="no block nonsense, known are stem"):
        nodes_of(job().graph, ["nonsense"])


def seen(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> dict[Estimator, Limits]:
    """The range that every estimator finds for these values, seen in two halves."""
    graph = capture(Small(), SIDE, SIDE)
    name = "relu"
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    halves = np.split(values, 2)
    ends = np.array([(min(0.0, each.min()), max(0.0, each.max())) for each in halves]).mean(axis=0)
    counts = np.histogram(values, 2048, (low, high))[0].astype(np.float64)
    held = {name: Seen((low, high), (float(ends[0]), float(ends[1])), counts)}
    return {each: estimated(graph, held, each)[name] for each in get_args(Estimator)}


def test_every_estimator_finds_a_range_inside_the_extremes() -> None:
    dice = np.random.default_rng(0)
    values = np.concatenate([dice.normal(0, 1, 100_000)[:-2], [-40.0, 60.0]])
    found = seen(values)
    assert set(found) == set(ESTIMATORS)
    assert found["min-max"] == (-40.0, 60.0)
    for name in ("percentile", "entropy", "mse"):
        low, high = found[name]
        assert -40.0 < low < -2.0, name
        assert 2.0 < high < 60.0, name
    assert found["moving-average"][1] == pytest.approx((60.0 + values[:50_000].max()) / 2)


def test_no_range_has_a_smaller_squared_error_than_the_one_that_is_found() -> None:
    dice = np.random.default_rng(1)
    values = np.maximum(dice.standard_t(3, 100_000), 0)

    def error(limits: Limits) -> float:
        step = (limits[1] - limits[0]) / 255
        rounded = np.clip(np.round(values / step) * step, *limits)
        return float(np.square(values - rounded).sum())

    found = seen(values)
    assert found["mse"][0] == 0.0
    high = found["min-max"][1]
    least = min(error((0.0, high * share)) for share in np.linspace(0.3, 1, 100))
    assert error(found["mse"]) < 1.02 * least < error(found["min-max"])


def test_histograms_count_every_value_and_maps_keep_their_extremes() -> None:
    graph = capture(Small(), SIDE, SIDE)
    some = canvases(3, SIDE)
    statistics = collect(graph, some)
    held = histograms(graph, statistics, some)
    sizes = {node.name: node.meta["val"].numel() for node in graph.graph.nodes if node.name in held}
    assert {name: each.counts.sum() for name, each in held.items()} == {
        name: 3 * size for name, size in sizes.items()
    }
    ranges = estimated(graph, held, "moving-average")
    maps = {node.name for node in graph.graph.output_node().all_input_nodes}
    assert not maps & set(ranges)
    chosen = statistics.within(ranges)
    assert chosen.limits("relu") == ranges["relu"] != statistics.limits("relu")
    (name, *_) = maps
    assert chosen.limits(name) == statistics.limits(name)


def test_a_tensor_of_several_blocks_belongs_where_it_is_read_from() -> None:
    """Every ReLU6 reaches from 0 to 6, so that extremes alone cannot tell them apart."""
    operators = [
        Operator("first", ["pixels"], ["a"]),
        Operator("clip1", ["a"], ["b"]),
        Operator("second", ["b"], ["c"]),
        Operator("clip2", ["c"], ["d"]),
        Operator("pad", ["d"], ["e"]),
        Operator("alone", [], ["f"]),
    ]
    possible = {"a": ["one"], "c": ["two"], "b": ["one", "two"], "d": ["one", "two"]}
    assert placed(operators, possible) == {
        "first": "one",
        "clip1": "one",
        "second": "two",
        "clip2": "two",
        "pad": "two",
        "alone": "",
    }
