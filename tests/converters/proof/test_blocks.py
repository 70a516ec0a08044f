"""INT8 files taken apart and held against their float graph."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")
pytest.importorskip("onnxscript")

from torch import nn

from featherface_converters.proof import inside
from featherface_converters.proof.blocks import block_noise
from featherface_converters.targets import open_target
from tests.converters.jobs import canvases
from tests.converters.small import SIDE, job

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_converters.target import Job

pytestmark = pytest.mark.convert

INT8 = ("onnx-int8", "tflite-int8", "openvino-int8")
CONVOLUTIONS = {"Conv", "CONV_2D", "DEPTHWISE_CONV_2D", "Convolution", "GroupConvolution"}


def written(target: str, made: Job, folder: Path) -> inside.Inside:
    """What a target makes of the job, taken apart."""
    path = folder / f"small{open_target(target).recipe.suffix}"
    open_target(target).write(made, path)
    found = inside.open_inside(path)
    assert found is not None
    return found


def by_precision(file: inside.Inside) -> Counter[str]:
    """How many convolutions compute in which numbers."""
    return Counter(each.precision for each in file.operators() if each.kind in CONVOLUTIONS)


@pytest.mark.parametrize("target", INT8)
def test_an_int8_file_is_told_block_by_block(target: str, tmp_path: Path) -> None:
    seen = canvases(5, SIDE)
    made = job(nn.ReLU(), seen)
    file = written(target, made, tmp_path)
    assert by_precision(file)["int8"] >= 9
    assert set(by_precision(file)) <= {"int8", "float32"}
    found = block_noise(file, made.graph, seen[:3], seen[3:])
    rounds = [each for each in found if each.tensors]
    assert sum(each.tensors for each in rounds) >= 2
    for each in rounds:
        assert 15 < each.worst <= each.decibels < 70
        assert each.clipped < 0.01
        assert each.filled is not None
        assert sum(each.filled.counts) > 0


def test_values_beyond_the_ranges_are_counted(tmp_path: Path) -> None:
    dark = [(each // 8).astype(each.dtype) for each in canvases(3, SIDE)]
    made = job(nn.ReLU(), dark)
    file = written("onnx-int8", made, tmp_path)
    found = block_noise(file, made.graph, dark, canvases(3, SIDE))
    assert max(each.clipped for each in found) < 0.01
    assert max(each.clipped_later for each in found) > 0.05


@pytest.mark.parametrize("target", ["onnx", "openvino"])
def test_a_float_file_computes_in_floats(target: str, tmp_path: Path) -> None:
    made = job(nn.ReLU(), canvases(2, SIDE))
    plain = replace(made, values=None, spec=replace(made.spec, precision="float32"))
    file = written(target, plain, tmp_path)
    assert by_precision(file) == {"float32": 11}
    assert {each.precision for each in file.operators()} == {"float32"}


def test_other_formats_cannot_be_looked_into(tmp_path: Path) -> None:
    assert inside.open_inside(tmp_path / "model.pt2") is None
