"""Operators of ONNX (opset 18) as PyTorch computes them.

https://onnx.ai/onnx/operators. What PyTorch has no exact form for is refused; whatever else goes
wrong shows when the network is compared with its file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from featherface_converters.foreign.steps import numbers, planes, shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_converters.foreign.steps.call import Step

STEPS: Mapping[str, Step] = {
    "Conv": planes.conv,
    "ConvTranspose": planes.conv_transpose,
    "BatchNormalization": planes.normalised,
    "MaxPool": planes.max_pool,
    "AveragePool": planes.average_pool,
    "GlobalAveragePool": lambda call: functional.adaptive_avg_pool2d(call[0], 1),
    "GlobalMaxPool": lambda call: call[0].amax(dim=(2, 3), keepdim=True),
    "ReduceMean": numbers.mean,
    "ReduceMax": lambda call: call[0].amax(
        numbers.reduced_axes(call), bool(call.setting("keepdims", 1))
    ),
    "ReduceSum": lambda call: call[0].sum(
        numbers.reduced_axes(call), bool(call.setting("keepdims", 1))
    ),
    "Relu": lambda call: functional.relu(call[0]),
    "LeakyRelu": lambda call: functional.leaky_relu(call[0], call.setting("alpha", 0.01)),
    "PRelu": lambda call: functional.prelu(call[0], call[1].reshape(-1)),
    "Clip": numbers.clipped,
    "Sigmoid": lambda call: torch.sigmoid(call[0]),
    "HardSigmoid": numbers.hard_sigmoid,
    "HardSwish": lambda call: functional.hardswish(call[0]),
    "Tanh": lambda call: torch.tanh(call[0]),
    "Softplus": lambda call: functional.softplus(call[0]),
    "Elu": lambda call: functional.elu(call[0], call.setting("alpha", 1.0)),
    "Softmax": lambda call: torch.softmax(call[0], call.setting("axis", -1)),
    "Exp": lambda call: torch.exp(call[0]),
    "Sqrt": lambda call: torch.sqrt(call[0]),
    "Neg": lambda call: -call[0],
    "Abs": lambda call: torch.abs(call[0]),
    "Pow": lambda call: torch.pow(call[0], call.value(1)),
    "Add": lambda call: numbers.joined(call, lambda one, other: one + other),
    "Sum": lambda call: numbers.joined(call, lambda one, other: one + other),
    "Mul": lambda call: numbers.joined(call, lambda one, other: one * other),
    "Sub": numbers.minus,
    "Div": numbers.over,
    "Max": lambda call: numbers.extreme(call, torch.maximum),
    "Min": lambda call: numbers.extreme(call, torch.minimum),
    "MatMul": lambda call: call[0] @ call[1],
    "Gemm": numbers.product_of_matrices,
    "Concat": lambda call: torch.cat(list(call.tensors.values()), call.setting("axis", 0)),
    "Split": shapes.parts,
    "Slice": shapes.sliced,
    "Gather": shapes.picked,
    "Reshape": shapes.reshaped,
    "Flatten": shapes.flattened,
    "Transpose": lambda call: call[0].permute(call.setting("perm", None)),
    "Squeeze": shapes.squeezed,
    "Unsqueeze": shapes.unsqueezed,
    "Pad": planes.framed,
    "Resize": planes.resized,
    "DepthToSpace": planes.shuffled,
    "Identity": shapes.same,
    "Dropout": shapes.same,
    "Cast": shapes.cast,
}
