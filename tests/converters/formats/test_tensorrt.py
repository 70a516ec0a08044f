"""INT8 ONNX for TensorRT: its rules, read from the graph, and its values in ONNX Runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxscript")

import numpy as np
import onnx
from onnx import helper, numpy_helper

from featherface_converters.formats import Options
from featherface_converters.formats.commands import commands
from featherface_converters.formats.tensorrt import require_rules
from featherface_converters.formats.tensorrt_rules import faults
from featherface_converters.proof.inside import open_inside
from featherface_edge.errors import ConversionError
from tests.converters.formats.nets import SIDE
from tests.converters.formats.test_targets import ERRORS, maps, require_near, written
from tests.converters.jobs import canvases

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.convert

FLAVOUR = Options(flavour="tensorrt")


@pytest.fixture(name="path", scope="module")
def _path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written("onnx-int8", tmp_path_factory.mktemp("tensorrt"), FLAVOUR)


@pytest.fixture(name="model")
def _model(path: Path) -> onnx.ModelProto:
    return onnx.load(path)


def nodes(model: onnx.ModelProto, kind: str) -> list[onnx.NodeProto]:
    return [node for node in model.graph.node if node.op_type == kind]


def rounded(model: onnx.ModelProto) -> onnx.NodeProto:
    """A convolution of rounded values."""
    given = {name for node in nodes(model, "DequantizeLinear") for name in node.output}
    return next(node for node in nodes(model, "Conv") if node.input[0] in given)


def constant(model: onnx.ModelProto, name: str, value: object) -> None:
    for each in model.graph.initializer:
        if each.name == name:
            each.CopyFrom(numpy_helper.from_array(np.array(value), name))


def test_it_runs_in_onnx_runtime_too(path: Path) -> None:
    assert path.name == "pyramid-64x64-int8-tensorrt.onnx"
    require_near(maps(path), ERRORS["int8"])


def test_it_keeps_every_rule(model: onnx.ModelProto) -> None:
    assert faults(model) == []
    # Not for want of rounding: most convolutions read int8 values and kernels.
    kernels = {name: each for name, each in _constants(model).items() if each.ndim == 1}
    pairs = nodes(model, "QuantizeLinear")
    assert len(pairs) == len(nodes(model, "DequantizeLinear"))
    assert len(pairs) >= 2 * (len(nodes(model, "Conv")) - 3)
    assert max(kernels[node.input[1]].size for node in pairs if node.input[1] in kernels) == 8


def _constants(model: onnx.ModelProto) -> dict[str, np.ndarray[tuple[int, ...], np.dtype]]:
    return {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}


def unsigned(model: onnx.ModelProto) -> None:
    constant(model, nodes(model, "QuantizeLinear")[0].input[2], np.uint8(0))


def shifted(model: onnx.ModelProto) -> None:
    constant(model, nodes(model, "QuantizeLinear")[0].input[2], np.int8(3))


def without_scale(model: onnx.ModelProto) -> None:
    constant(model, nodes(model, "QuantizeLinear")[0].input[1], np.float32(0))


def measured_scale(model: onnx.ModelProto) -> None:
    nodes(model, "QuantizeLinear")[0].input[1] = "somewhere"


def left_in_integers(model: onnx.ModelProto) -> None:
    pair = nodes(model, "DequantizeLinear")[0]
    pair.op_type = "Cast"


def float_kernel(model: onnx.ModelProto) -> None:
    conv = rounded(model)
    makers = {name: node for node in model.graph.node for name in node.output}
    conv.input[1] = makers[makers[conv.input[1]].input[0]].input[0]


def kernel_axis(model: onnx.ModelProto) -> None:
    makers = {name: node for node in model.graph.node for name in node.output}
    kernel = makers[rounded(model).input[1]]
    (axis,) = (each for each in kernel.attribute if each.name == "axis")
    axis.i = 1


def rounded_bias(model: onnx.ModelProto) -> None:
    rounded(model).input[2] = rounded(model).input[0]


def split_activation(model: onnx.ModelProto) -> None:
    first = nodes(model, "QuantizeLinear")[0]
    second = next(
        node for node in nodes(model, "DequantizeLinear") if node.input[0] == first.output[0]
    )
    first.input[0] = nodes(model, "Conv")[0].output[0]
    nodes(model, "Relu")[0].input[0] = second.output[0]


def old_operators(model: onnx.ModelProto) -> None:
    model.opset_import[0].version = 12


def own_operators(model: onnx.ModelProto) -> None:
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


BROKEN = {
    unsigned: "rounds to uint8, wanted int8",
    shifted: "has a zero point other than 0",
    without_scale: "has a scale that is no number above 0",
    measured_scale: "that is no constant",
    left_in_integers: "is not followed by the operator that undoes it",
    float_kernel: "has rounded values or a rounded kernel, wanted both or none",
    kernel_axis: r"scales along axis \[1\], wanted \[0\]",
    rounded_bias: "has a rounded bias",
    split_activation: "is parted from its convolution",
    old_operators: "opset 12 has no scales for channels",
    own_operators: "com.microsoft are ONNX Runtime's own",
}


@pytest.mark.parametrize(
    ("spoil", "said"), BROKEN.items(), ids=[spoil.__name__ for spoil in BROKEN]
)
def test_each_rule_is_read(
    spoil: Callable[[onnx.ModelProto], None], said: str, model: onnx.ModelProto
) -> None:
    spoil(model)
    with pytest.raises(ConversionError, match=f"TensorRT would refuse the file, .*{said}"):
        require_rules(model)


def test_the_commands_name_the_file(path: Path) -> None:
    first, second = commands(path, FLAVOUR).values()
    assert first == (
        "trtexec --onnx=pyramid-64x64-int8-tensorrt.onnx --int8 --fp16 "
        "--saveEngine=pyramid-64x64-int8-tensorrt.engine"
    )
    assert second.endswith(
        "fe-detect PHOTO --model pyramid-64x64-int8-tensorrt.onnx --provider tensorrt"
    )
    assert commands(path, Options()) == {}


def test_a_proof_looks_into_signed_integers(path: Path) -> None:
    inside = open_inside(path)
    assert inside is not None
    found = list(inside.tensors(canvases(3, SIDE)[0]))
    assert found
    assert any(float(each.values.std()) > 0 for each in found)
    # Symmetric: 0 stands in the middle of what the numbers reach.
    for each in found:
        assert ((each.low + each.high) / each.high).item() == pytest.approx(-1 / 127, rel=1e-3)
