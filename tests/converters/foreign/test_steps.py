"""Each operator against ONNX Runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxruntime")

import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from featherface_converters.foreign.graph import read_graph
from featherface_converters.foreign.network import Head, OnnxNetwork
from featherface_converters.foreign.steps import STEPS
from featherface_edge.errors import ConversionError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.convert, pytest.mark.onnx]

WIDTH, HEIGHT = 12, 10
RANDOM = np.random.default_rng(7)


def of(*shape: int) -> Any:  # noqa: ANN401 - a constant
    return RANDOM.normal(0, 1, shape).astype(np.float32)


def whole(*values: int) -> Any:  # noqa: ANN401
    return np.array(values, np.int64)


def real(values: list[float]) -> Any:  # noqa: ANN401
    return np.array(values, np.float32)


ONE = np.array(1.5, np.float32)
CASES: dict[str, tuple[str, list[Any], dict[str, Any]]] = {
    "conv": ("Conv", [of(4, 3, 3, 3), of(4)], {"strides": [2, 2], "pads": [1, 1, 1, 1]}),
    "grouped conv": ("Conv", [of(6, 1, 3, 3)], {"group": 3, "dilations": [2, 2]}),
    "uneven conv": ("Conv", [of(4, 3, 3, 3), of(4)], {"strides": [2, 2], "pads": [0, 0, 1, 1]}),
    "same conv": ("Conv", [of(4, 3, 3, 3)], {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
    "low conv": ("Conv", [of(4, 3, 2, 2)], {"auto_pad": "SAME_LOWER"}),
    "valid conv": ("Conv", [of(4, 3, 3, 3)], {"auto_pad": "VALID"}),
    "transposed": ("ConvTranspose", [of(3, 5, 2, 2), of(5)], {"strides": [2, 2]}),
    "norm": ("BatchNormalization", [of(3), of(3), of(3), np.abs(of(3))], {"epsilon": 1e-3}),
    "max pool": ("MaxPool", [], {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1] * 4}),
    "uneven max pool": ("MaxPool", [], {"kernel_shape": [2, 2], "pads": [0, 0, 1, 1]}),
    "ceiling": ("MaxPool", [], {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}),
    "mean pool": ("AveragePool", [], {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1] * 4}),
    "mean of all": ("GlobalAveragePool", [], {}),
    "greatest of all": ("GlobalMaxPool", [], {}),
    "mean": ("ReduceMean", [whole(2, 3)], {}),
    "mean of channels": ("ReduceMean", [whole(1)], {"keepdims": 1}),
    "greatest": ("ReduceMax", [whole(1)], {}),
    "sum": ("ReduceSum", [whole(-1)], {"keepdims": 0}),
    "relu": ("Relu", [], {}),
    "leaky": ("LeakyRelu", [], {"alpha": 0.2}),
    "learnt": ("PRelu", [of(3, 1, 1)], {}),
    "clip": ("Clip", [np.float32(0), np.float32(6)], {}),
    "floor": ("Clip", [np.float32(-0.25)], {}),
    "sigmoid": ("Sigmoid", [], {}),
    "hard": ("HardSigmoid", [], {}),
    "hard of torch": ("HardSigmoid", [], {"alpha": 1 / 6}),
    "hard swish": ("HardSwish", [], {}),
    "tanh": ("Tanh", [], {}),
    "softplus": ("Softplus", [], {}),
    "elu": ("Elu", [], {"alpha": 0.5}),
    "softmax": ("Softmax", [], {"axis": 1}),
    "exp": ("Exp", [], {}),
    "neg": ("Neg", [], {}),
    "abs": ("Abs", [], {}),
    "pow": ("Pow", [np.float32(2)], {}),
    "add": ("Add", [of(1, 3, 1, 1)], {}),
    "add a number": ("Add", [ONE], {}),
    "sub": ("Sub", [of(3, 1, 1)], {}),
    "mul": ("Mul", [ONE], {}),
    "div": ("Div", [ONE], {}),
    "sum of three": ("Sum", [of(1, 3, 1, 1), ONE], {}),
    "max": ("Max", [of(1, 3, 1, 1), ONE], {}),
    "min": ("Min", [of(1, 3, 1, 1)], {}),
    "matrices": ("MatMul", [of(WIDTH, 5)], {}),
    "concat": ("Concat", [of(1, 2, HEIGHT, WIDTH)], {"axis": 1}),
    "split": ("Split", [whole(1, 2)], {"axis": 1}),
    "slice": ("Slice", [whole(0, 1), whole(9, 100), whole(2, -1), whole(2, 3)], {}),
    "one row": ("Gather", [np.array(-2)], {"axis": 2}),
    "rows": ("Gather", [whole(4, 0)], {"axis": 2}),
    "reshape": ("Reshape", [whole(0, -1, 4)], {}),
    "flatten": ("Flatten", [], {"axis": 2}),
    "transpose": ("Transpose", [], {"perm": [0, 2, 3, 1]}),
    "unsqueeze": ("Unsqueeze", [whole(0, -1)], {}),
    "pad": ("Pad", [whole(0, 0, 1, 2, 0, 1, 0, 3), ONE], {}),
    "edge": ("Pad", [whole(0, 0, 1, 2, 0, 0, 0, 3)], {"mode": "edge"}),
    "reflect": ("Pad", [whole(0, 0, 1, 2, 0, 0, 0, 3)], {"mode": "reflect"}),
    "double": ("Resize", [real([]), real([1, 1, 2, 2])], {}),
    "to a size": (
        "Resize",
        [real([]), real([]), whole(1, 3, 15, 30)],
        {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
    ),
    "bilinear": ("Resize", [real([]), real([1, 1, 2, 2])], {"mode": "linear"}),
    "corners": (
        "Resize",
        [real([]), real([]), whole(1, 3, 21, 17)],
        {"mode": "linear", "coordinate_transformation_mode": "align_corners"},
    ),
    "identity": ("Identity", [], {}),
    "dropout": ("Dropout", [], {}),
    "cast": ("Cast", [], {"to": TensorProto.FLOAT}),
}


def write(path: Path, operator: str, constants: list[Any], settings: dict[str, Any]) -> str:
    """Write a file of one operator on the picture; give the name of its last result."""
    names = [f"c{index}" for index in range(len(constants))]
    made = ["first", "second"] if operator == "Split" else ["first"]
    node = helper.make_node(operator, ["input", *names], made, **settings)
    kind = TensorProto.FLOAT
    graph = helper.make_graph(
        [node],
        "one",
        [helper.make_tensor_value_info("input", kind, [1, 3, HEIGHT, WIDTH])],
        [helper.make_tensor_value_info(name, kind, None) for name in made],
        [
            numpy_helper.from_array(np.asarray(value), name)
            for name, value in zip(names, constants, strict=True)
        ],
    )
    opset = [helper.make_opsetid("", 18)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=9), path)
    return made[-1]


@pytest.mark.parametrize("case", CASES)
def test_it_computes_what_onnx_runtime_computes(case: str, tmp_path: Path) -> None:
    import onnxruntime  # noqa: PLC0415 - checked above

    path = tmp_path / "one.onnx"
    name = write(path, *CASES[case])
    picture = RANDOM.normal(0, 1, (1, 3, HEIGHT, WIDTH)).astype(np.float32)
    session: Any = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (wanted,) = session.run([name], {"input": picture})
    network = OnnxNetwork(read_graph(path, (WIDTH, HEIGHT)), [Head(name)])
    (found,) = network(torch.from_numpy(picture))
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found.numpy(), wanted, atol=1e-5)


def test_every_step_but_a_few_has_a_case() -> None:
    left = set(STEPS) - {operator for operator, _, _ in CASES.values()}
    assert left == {"Sqrt", "Gemm", "DepthToSpace", "Squeeze"}


REFUSED: list[tuple[tuple[str, list[Any], dict[str, Any]], str]] = [
    (("Erf", [], {}), "operators Erf are not known"),
    (("Slice", [whole(9), whole(0), whole(2), whole(-1)], {}), "Slice .* steps backwards"),
    (("Cast", [], {"to": TensorProto.DOUBLE}), "Cast .* leaves float32"),
    (
        ("Resize", [real([]), real([1, 1, 2, 2])], {"mode": "cubic"}),
        "Resize .* interpolates by cubic",
    ),
]


@pytest.mark.parametrize(("case", "message"), REFUSED, ids=["operator", "slice", "cast", "cubic"])
def test_what_is_not_known_is_refused(
    case: tuple[str, list[Any], dict[str, Any]], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "one.onnx"
    name = write(path, *case)
    with pytest.raises(ConversionError, match=message):
        OnnxNetwork(read_graph(path, (WIDTH, HEIGHT)), [Head(name)])(
            torch.zeros(1, 3, HEIGHT, WIDTH)
        )
