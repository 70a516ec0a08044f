"""The table of targets, and what is refused before any work begins."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")

import torch

from featherface_converters import naming
from featherface_converters.formats import TARGETS, UNOFFERED, Options, require_possible
from featherface_converters.formats.fitting import require_signable
from featherface_converters.formats.listing import HEADINGS
from featherface_converters.target import Recipe
from featherface_edge.cli import main
from featherface_edge.errors import UsageError
from featherface_edge.models import checkpoints, registry
from tests.fakes import model_spec

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.convert


def test_the_list_shows_every_target_and_what_it_can(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["convert", "--list"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    starts = [head.index(each) for each in HEADINGS]
    cells = {row.split()[0]: row for row in rows[: len(TARGETS)]}
    assert list(cells) == list(TARGETS)
    for name, form in TARGETS.items():
        row = cells[name]
        shown = dict(zip(HEADINGS, (row[start:].split()[0] for start in starts), strict=True))
        assert shown["precision"] == form.precision
        assert shown["deformable"] == ("yes" if form.deformable else "-")
        assert shown["dynamic"] == ("yes" if form.dynamic else "-")
        assert shown["input"] == "|".join(form.takes)
    assert rows[len(TARGETS) :] == [
        f"{name} is not offered: {reason}" for name, reason in UNOFFERED.items()
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--target", "coreml"], "'coreml' is not offered: coremltools runs models on macOS"),
        (["--target", "tflite", "--dynamic"], "its axes are fixed, --dynamic is for onnx"),
        (["--target", "onnx-int8", "--dynamic"], "its axes are fixed"),
        (["--target", "onnx", "--io", "int8"], "it takes uint8 and gives float32 alone"),
        (["--target", "tflite", "--io", "uint8"], "it takes float32 and gives float32 alone"),
        (["--target", "openvino", "--opset", "18"], "--opset is of ONNX alone"),
        (["--target", "onnx", "--flavour", "tensorrt"], "--flavour is for onnx-int8"),
        (["--target", "onnx,tflite", "--opset", "18"], "tflite cannot be made so"),
    ],
    ids=["coreml", "tflite", "int8", "io", "float io", "opset", "flavour", "one of two"],
)
def test_what_cannot_be_is_refused_with_the_reason(
    given: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["convert", *given, "--size", "64x64", "-o", str(out)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert not out.exists()


def test_what_can_be_is_not_refused() -> None:
    require_possible(["onnx"], Options(opset=17, dynamic=("batch",)))
    require_possible(["tflite-int8"], Options(io="uint8"))
    require_possible(["onnx-int8"], Options(opset=17, flavour="tensorrt"))


@pytest.mark.slow
def test_layers_without_a_form_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.manual_seed(0)
    source = tmp_path / "v1.safetensors"
    model = registry.build("v1-lite")
    checkpoints.save(source, model, "v1-lite", {})
    given = ["--checkpoint", str(source), "--target", "onnx-fp16", "--size", "64x64"]
    assert main(["convert", *given, "-o", str(tmp_path / "out")]) == 2
    shown = capsys.readouterr().err.splitlines()[-1]
    _, _, names = shown.partition("deformable convolutions (")
    layers = names.partition(")")[0].removesuffix(", ...").split(", ")
    assert len(layers) == 3
    assert all(model.get_submodule(layer) is not None for layer in layers)
    assert "convert 'edge'" in shown


def test_forms_of_a_format_have_names_of_their_own() -> None:
    recipe = Recipe(TARGETS["onnx"], ())
    chosen: list[Options] = [
        Options(),
        Options(dynamic=("batch",)),
        Options(dynamic=("batch", "height", "width")),
        Options(io="uint8"),
        Options(flavour="tensorrt"),
    ]
    names = [naming.artifact_name(model_spec(), replace(recipe, options=each)) for each in chosen]
    assert len({*names}) == len(names)
    assert names[0] == "edge-64x64-float32.onnx"


def test_only_what_is_sealed_can_be_signed() -> None:
    require_signable(["onnx", "tflite-int8"])
    with pytest.raises(UsageError, match="torchscript carries no seal"):
        require_signable(["onnx", "torchscript"])


@pytest.mark.parametrize("name", TARGETS)
def test_every_line_of_the_table_names_a_module(name: str) -> None:
    module = TARGETS[name].module
    assert find_spec(module) is not None
    assert callable(import_module(module).open_target)
