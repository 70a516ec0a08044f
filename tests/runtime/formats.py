"""The tiny network in every format that the runtime opens."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.fakes import model_spec
from tests.runtime.model_files import write_onnx, write_openvino
from tests.runtime.tflite_files import write_tflite

if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[..., None]

SPEC = model_spec(96, 64)
FORMATS = [
    pytest.param(".onnx", write_onnx, marks=pytest.mark.onnx, id="onnx"),
    pytest.param(".tflite", write_tflite, marks=pytest.mark.tflite, id="tflite"),
    pytest.param(
        ".tflite", partial(write_tflite, integer=True), marks=pytest.mark.tflite, id="tflite-int8"
    ),
    pytest.param(".xml", write_openvino, marks=pytest.mark.openvino, id="openvino"),
]
every_format = pytest.mark.parametrize(("suffix", "write"), FORMATS)
