"""Blocks that a plan leaves float, in the files of all three formats, and what they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")
pytest.importorskip("onnxscript")

import torch

from featherface_calibration import shipped_calibration
from featherface_converters import flatbuffer
from featherface_converters.biases import settled
from featherface_converters.onnx_int8 import both
from featherface_converters.openvino_int8 import both as both_openvino
from featherface_converters.openvino_int8 import ends_of, kernels, roundings, source_of
from featherface_converters.plan import Plan
from featherface_converters.plan.blocks import nodes_of
from featherface_converters.plan.calibrator import Calibrator
from featherface_converters.plan.exempt import left_float
from featherface_converters.prepare import prepare
from featherface_converters.proof.blocks import block_noise
from featherface_converters.proof.inside import open_inside
from featherface_converters.targets import open_target
from featherface_converters.tuning.schemes import SCHEMES
from featherface_edge.models.graph import convolutions
from tests.converters.answers import answers, as_said, distance
from tests.converters.jobs import size
from tests.converters.plan.small import SIDE, Small, job

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_converters.target import Job
    from featherface_edge.detection import FloatArray

pytestmark = pytest.mark.convert

# What remains of the error once nothing but the ends is rounded: TFLite's stay int8.
OUTPUTS_ALONE = {"onnx-int8": 0.01, "openvino-int8": 0.01, "tflite-int8": 0.6}
EVERY = Plan(left_float=("stem", "middle", "heads"))
MIDDLE = Plan(left_float=("middle",))


def exact(given: Job) -> list[FloatArray]:
    """The float network's maps on the first canvas."""
    pixels = given.measured.canvases[0].transpose(2, 0, 1)[None].astype(np.float32) - 128
    with torch.inference_mode():
        maps = given.graph(torch.from_numpy(pixels))
    return as_said(maps)


@pytest.mark.parametrize("target", SCHEMES)
def test_what_stays_float_is_nearer_to_the_float_network(target: str, tmp_path: Path) -> None:
    wanted = exact(job())
    rounded, every = (
        distance(found, wanted)
        for plan in (Plan(), EVERY)
        for found in answers(target, job(plan), tmp_path, job().measured.canvases[:1])
    )
    assert every < OUTPUTS_ALONE[target] * rounded


def test_float_blocks_of_tflite_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "small.tflite"
    open_target("tflite-int8").write(job(MIDDLE), path)
    steps = flatbuffer.operators(path)
    kernels_of = [step.is_float for step in steps if step.name.endswith("CONV_2D")]
    assert kernels_of == [False, False, True, True, *[False] * 9]
    assert [step.name for step in steps].count("DEQUANTIZE") == 1


def test_float_blocks_of_onnx_are_whole() -> None:
    _, quantized = both(job(EVERY))
    assert not [node for node in quantized.graph.node if node.op_type == "QuantizeLinear"]
    _, quantized = both(job(MIDDLE))
    stored = {each.name for each in quantized.graph.initializer}
    floats = [node.input[1] in stored for node in quantized.graph.node if node.op_type == "Conv"]
    assert floats == [True, False, True, True, *[False] * 9]  # the fine stage and the block


@pytest.mark.parametrize("target", SCHEMES)
def test_a_file_without_rounded_blocks_can_be_looked_into(target: str, tmp_path: Path) -> None:
    given = job(EVERY)
    path = tmp_path / f"small{open_target(target).recipe.suffix}"
    open_target(target).write(given, path)
    inside = open_inside(path)
    assert inside is not None
    canvases = given.measured.canvases
    found = block_noise(inside, given.graph, canvases, canvases)
    assert [each.name for each in found] == ["stem", "middle", "heads"]


def test_float_blocks_of_openvino_are_whole() -> None:
    _, quantized = both_openvino(job(MIDDLE))
    floats = [
        node.input_value(1).get_node().get_type_name() == "Constant" for node in kernels(quantized)
    ]
    assert floats == [True, False, True, True, *[False] * 9]


def test_openvino_takes_the_estimator_s_ranges() -> None:
    plan = Plan("moving-average")
    given = Calibrator(prepare(Small().eval(), size(SIDE)), job().spec, shipped_calibration()).job(
        plan
    )
    (_, usual), (_, found) = (both_openvino(each) for each in (job(Plan()), given))
    names = {source_of(step): ends_of(step) for step in roundings(found)}
    assert names.keys() == {source_of(step) for step in roundings(usual)}
    ranges = given.measured.statistics.ranges
    assert ranges
    highs = [float(high) for _, high in (given.measured.statistics.limits(name) for name in ranges)]
    for low, high in names.values():
        assert np.all(np.abs(low / (high - low) * 255 - np.round(low / (high - low) * 255)) < 1e-2)
        assert min(abs(float(high.max()) / each - 1) for each in highs if each) < 0.02


def test_biases_of_what_stays_float_are_not_moved() -> None:
    given = job(MIDDLE)
    exempt = left_float(given)
    assert exempt == nodes_of(given.graph, ["middle"])
    pairs = zip(convolutions(given.graph), convolutions(settled(given, exempt)), strict=True)
    for one, two in pairs:
        assert torch.equal(one.bias, two.bias) == (one.node.name in exempt)


def test_plans_share_what_was_measured() -> None:
    photographs = shipped_calibration()
    calibrator = Calibrator(prepare(Small().eval(), size(SIDE)), job().spec, photographs)
    usual, other = calibrator.job(Plan()), calibrator.job(MIDDLE)
    assert usual.measured is other.measured
    assert usual.graph is other.graph
    assert calibrator.job(Plan(correct=False)).measured.corrected is not usual.measured.corrected
    flat = calibrator.job(Plan(equalise=False))
    assert not torch.equal(convolutions(flat.graph)[0].weight, convolutions(usual.graph)[0].weight)
    mean = calibrator.job(Plan("moving-average")).measured.statistics
    assert any(mean.limits(name) != usual.measured.statistics.limits(name) for name in mean.means)
