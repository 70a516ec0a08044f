"""Every network that calls itself deployable goes through every target and says the same there."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")
pytest.importorskip("onnxscript")

import cv2
import torch

from featherface_converters import jobs
from featherface_converters.equalise import equalise
from featherface_converters.formats import TARGETS
from featherface_converters.prepare import prepare
from featherface_converters.statistics import collect
from featherface_converters.target import Job
from featherface_edge.detection.letterbox import network_input
from featherface_edge.evaluation.checkpoint import raw_outputs
from featherface_edge.models import registry
from featherface_edge.models.graph import ATEN, calls, copied
from tests.converters.answers import answers
from tests.converters.jobs import measured, size, spec

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn
    from torch.fx import GraphModule

    from featherface_edge.detection import FloatArray, Frame
    from featherface_edge.spec import ModelSpec

pytestmark = pytest.mark.convert

SIDE, GRAIN, PICTURES = 128, 16, 4
FLOAT = [name for name, form in TARGETS.items() if form.precision == "float32"]
INT8 = [name for name in TARGETS if name.endswith("int8")]
DEPLOYABLE = [name for name, entry in registry.NETWORKS.items() if entry.deployable]
DEFORMABLE = [name for name in registry.NETWORKS if name not in DEPLOYABLE]
QUICK = [("vit", "onnx"), ("vit", "openvino"), ("nano-b-enhanced", "onnx")]
FLOAT_ERROR = 1e-3  # of the largest value of a map
INT8_LIKENESS = 0.9  # correlation with the float maps; unrelated maps have 0


@cache
def canvases() -> tuple[Frame, ...]:
    """Soft blots of colour, (H, W, 3)."""
    dice = np.random.default_rng(3)
    coarse = [dice.integers(0, 256, (GRAIN, GRAIN, 3), np.uint8) for _ in range(PICTURES)]
    return tuple(cv2.resize(each, (SIDE, SIDE)).astype(np.uint8) for each in coarse)


def spec_of(name: str) -> ModelSpec:
    """The manifest of a network at the size of the canvases."""
    return spec(name, size(SIDE, name), "float32")


@cache
def lively(name: str) -> nn.Module:
    """A fresh network; batch normalisations have random factors and the canvases' statistics.

    Their offsets keep most units above zero: otherwise a fresh network makes noise of rounding.
    """
    torch.manual_seed(4)
    model, size = registry.build(name).train(), spec_of(name).preprocessing
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
            module.weight.data.mul_(torch.empty_like(module.weight).uniform_(0.7, 1.3))
            module.bias.data.uniform_(0.5, 1.5)
    with torch.no_grad():
        model(torch.from_numpy(np.concatenate([network_input(c, size) for c in canvases()])))
    return model.eval()


@cache
def prepared(name: str) -> GraphModule:
    """The network's graph after all rewrites."""
    return prepare(lively(name), spec_of(name).preprocessing)


@cache
def integer_job(name: str) -> Job:
    """The INT8 job of a network, measured on the canvases."""
    graph, seen = copied(prepared(name)), canvases()
    statistics = collect(graph, seen)
    equalise(graph, statistics)
    values = measured(graph, statistics, seen)
    return Job(replace(spec_of(name), precision="int8"), graph, values)


def wanted_maps(name: str) -> list[list[FloatArray]]:
    """What the float network says to each canvas."""
    made_to = spec_of(name).preprocessing
    return [raw_outputs(lively(name), network_input(each, made_to)) for each in canvases()]


def require_same(name: str, target: str, folder: Path) -> None:
    found = answers(target, jobs.float_job(prepared(name), spec_of(name)), folder, canvases())
    for ours, theirs in zip(wanted_maps(name), found, strict=True):
        for one, two in zip(ours, theirs, strict=True):
            assert float(one.std()) > 1e-3  # else everything would be the same
            np.testing.assert_allclose(two, one, atol=FLOAT_ERROR * float(np.abs(one).max()))


@pytest.mark.parametrize(("name", "target"), QUICK)
def test_some_float_files_say_what_the_network_says(name: str, target: str, tmp_path: Path) -> None:
    require_same(name, target, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("target", FLOAT)
@pytest.mark.parametrize("name", DEPLOYABLE)
def test_float_files_say_what_the_network_says(name: str, target: str, tmp_path: Path) -> None:
    require_same(name, target, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("target", INT8)
@pytest.mark.parametrize("name", DEPLOYABLE)
def test_int8_files_say_much_the_same(name: str, target: str, tmp_path: Path) -> None:
    found = answers(target, integer_job(name), tmp_path, canvases())
    for place in range(len(registry.output_maps())):
        ours = np.stack([maps[place] for maps in wanted_maps(name)])
        theirs = np.stack([maps[place] for maps in found])
        assert likeness(ours, theirs) > INT8_LIKENESS


def likeness(ours: FloatArray, theirs: FloatArray) -> float:
    """The correlation of two maps (N, H, W, C), each channel around its mean."""
    centred = [each - each.mean(axis=(0, 1, 2)) for each in (ours, theirs)]
    return float(np.corrcoef(centred[0].ravel(), centred[1].ravel())[0, 1])


@pytest.mark.slow
@pytest.mark.parametrize("name", DEFORMABLE)
def test_networks_that_are_not_deployable_sample_at_learnt_offsets(name: str) -> None:
    assert calls(prepared(name), ATEN.grid_sampler.default)
