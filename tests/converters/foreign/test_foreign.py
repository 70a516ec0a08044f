"""Detectors of other projects: from an ONNX file and a description to a checkpoint."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")
pytest.importorskip("ai_edge_litert")

import onnx
import torch

from featherface_converters import flatbuffer
from featherface_converters.foreign import opened
from featherface_converters.plan.blocks import blocks
from featherface_converters.prepare import prepare
from featherface_edge.detection import letterbox, network_input, postprocess
from featherface_edge.errors import ConversionError, UsageError
from featherface_edge.evaluation.checkpoint import raw_outputs
from featherface_edge.spec import Decoding
from tests.converters.foreign.detectors import SSD

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import FloatArray

pytestmark = [pytest.mark.convert, pytest.mark.onnx]


def softmaxed_and_decoded(outputs: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Boxes and scores of the tiny detector as its own project would decode them."""
    scores, deltas = outputs[0][0, :, 1], outputs[1][0]
    priors: list[list[float]] = [
        [(column + 0.5) * stride, (row + 0.5) * stride, side, side]
        for stride, sizes in ((8, (12, 24)), (16, (32, 48)))
        for row in range(64 // stride)
        for column in range(96 // stride)
        for side in sizes
    ]
    anchors = np.array(priors, np.float32)
    centres = anchors[:, :2] + deltas[:, :2] * 0.1 * anchors[:, 2:]
    sides = anchors[:, 2:] * np.exp(deltas[:, 2:] * 0.2)
    return np.concatenate((centres - sides / 2, centres + sides / 2), axis=1), scores


def test_a_detector_is_read_as_its_own_project_decodes_it(ssd: tuple[Path, Path]) -> None:
    import onnxruntime  # noqa: PLC0415 - checked above

    made = opened(*ssd, (96, 64))
    assert made.spec.decoding == Decoding("sigmoid", "ssd", "centre")
    assert [output.name for output in made.spec.outputs][:4] == [
        *("score_8", "box_8", "landmark_8"),
        "score_16",
    ]
    canvas = np.full((64, 96, 3), 40, np.uint8)
    canvas[16:24, 40:48] = 250
    canvas, placement = letterbox(canvas, made.spec.preprocessing)
    picture = network_input(canvas, made.spec.preprocessing)
    faces = postprocess(raw_outputs(made.model, picture), made.spec, placement)
    session: Any = onnxruntime.InferenceSession(str(ssd[0]), providers=["CPUExecutionProvider"])
    boxes, scores = softmaxed_and_decoded(
        session.run(["conf", "loc", "landms"], {"input": picture})
    )
    best = int(scores.argmax())
    assert len(faces) == int((scores > 0.5).sum()) == 1
    assert faces.scores[0] == pytest.approx(scores[best], abs=1e-4)
    np.testing.assert_allclose(faces.boxes[0], boxes[best], atol=1e-2)


def test_its_raw_maps_hold_no_probability(ssd: tuple[Path, Path]) -> None:
    made = opened(*ssd, None)
    maps = made.model(torch.full((1, 3, 64, 64), 140.0))
    assert [tuple(each.shape) for each in maps][:3] == [(1, 2, 8, 8), (1, 8, 8, 8), (1, 20, 8, 8)]
    assert float(maps[0].max()) > 2


def test_networks_of_other_tensors_are_told_apart(ssd: tuple[Path, Path]) -> None:
    path, text = ssd
    first = repr(opened(path, text, None).model)
    assert repr(opened(path, text, None).model) == first
    model = onnx.load(path)
    next(node for node in model.graph.node if node.op_type == "Relu").op_type = "Tanh"
    onnx.save(model, path)
    assert repr(opened(path, text, None).model) != first


def test_its_blocks_are_runs_of_convolutions(ssd: tuple[Path, Path]) -> None:
    made = opened(*ssd, None)
    found = blocks(prepare(made.model, made.spec.preprocessing))
    assert [block.name for block in found] == ["convolutions 1 to 8"]
    assert found[0].work > 0


@pytest.mark.parametrize("inner", [True, False], ids=["maps", "logits"])
def test_tensors_inside_the_file_may_be_named(inner: bool, ssd: tuple[Path, Path]) -> None:  # noqa: FBT001 - a case
    path, text = ssd
    tail = ".map" if inner else ""
    said = {
        '"conf"': f'["conf_8{tail}", "conf_16{tail}"]',
        '"loc"': f'["loc_8{tail}", "loc_16{tail}"]',
        '"none"': '"softmax"',
    }
    other = SSD
    for before, after in said.items():
        other = other.replace(before, after)
    whole = opened(path, text, None).model
    text.write_text(other, encoding="utf-8")
    picture = torch.rand(1, 3, 64, 64) * 100
    for one, two in zip(whole(picture), opened(path, text, None).model(picture), strict=True):
        torch.testing.assert_close(one, two)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('"loc"', '"boxes"', "no tensor 'boxes' that depends on the picture, its outputs are conf"),
        ('"loc"', '["loc_8", "loc_16", "x"]', r"outputs.box has 3 names, wanted 2"),
        ('"loc"', '"loc_8"', "'loc_8' is made by Conv of 3 tensors, wanted Concat of 2"),
        ('"loc"', '"conf"', "outputs names 'conf' twice"),
        ('"loc"', '["loc_16", "loc_8"]', r"box map of stride 8 has shape \(1, 8, 4, 4\), wanted"),
        ("[12, 24]", "[12]", r"score map of stride 8 has shape \(1, 2, 8, 8\), wanted \(1, 1, 8"),
        ("sizes = [12, 24]", "", "'ssd' need levels.sizes"),
        ('"none"', '"sigmoid"', "applies softmax to its score outputs, and coding.activation is"),
        ('"none"', '"relu"', "coding.activation is 'relu', wanted one of none, sigmoid, softmax"),
        ("width = 64", "width = 72", "canvas is 72x64, wanted multiples of the largest stride, 16"),
        ("stride = 16", "stride = 8", r"levels have strides \[8, 8\], wanted some, rising"),
        ("scale = 1", "scales = 1", "no key input.scales: did you mean input.scale"),
        ('network = "tiny"', "", "network is missing"),
    ],
)
def test_a_description_that_does_not_fit_is_one_line(
    before: str, after: str, message: str, ssd: tuple[Path, Path]
) -> None:
    path, text = ssd
    assert before in SSD
    text.write_text(SSD.replace(before, after), encoding="utf-8")
    with pytest.raises(UsageError, match=message) as caught:
        opened(path, text, None)
    assert "\n" not in str(caught.value)


def test_other_numbers_than_the_file_s_are_refused(
    ssd: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from featherface_converters.foreign.steps import table  # noqa: PLC0415 - to break it

    monkeypatch.setitem(table.STEPS, "Relu", lambda call: call[0])
    with pytest.raises(ConversionError, match="differs from its output"):
        opened(*ssd, None)


def test_what_is_no_detector_is_refused(ssd: tuple[Path, Path]) -> None:
    path, text = ssd
    model = onnx.load(path)
    model.graph.input[0].type.tensor_type.elem_type = onnx.TensorProto.UINT8
    onnx.save(model, path)
    with pytest.raises(ConversionError, match="wanted one float32 picture"):
        opened(path, text, None)
    path.write_bytes(b"no model")
    with pytest.raises(ConversionError, match="is no ONNX file"):
        opened(path, text, None)
    with pytest.raises(ConversionError, match="is no ONNX file"):
        opened(path.with_name("missing.onnx"), text, None)


def test_a_file_of_one_size_says_so(ssd: tuple[Path, Path]) -> None:
    path, text = ssd
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        if tensor.name == "loc_8.tail":
            tensor.CopyFrom(onnx.numpy_helper.from_array(np.array([128, 4]), tensor.name))
    onnx.save(model, path)
    assert opened(path, text, None).spec.network == "tiny"
    with pytest.raises(ConversionError, match=r"does not run at 96x64 .* exported for"):
        opened(path, text, (96, 64))


def test_more_than_ten_outputs_keep_their_order() -> None:
    places = sorted(range(12), key=str)  # as LiteRT sorts a signature: output_10 before output_2
    outputs = [SimpleNamespace(name=b"", tensorIndex=1 + place) for place in places]
    picture = SimpleNamespace(name=b"args_0", tensorIndex=0)
    tensors = [SimpleNamespace(name=b"") for _ in range(13)]
    graph = SimpleNamespace(inputs=[0], outputs=list(range(1, 13)), tensors=tensors)
    signature = SimpleNamespace(inputs=[picture], outputs=outputs)
    model = SimpleNamespace(signatureDefs=[signature], subgraphs=[graph])
    names = [f"map{place}" for place in range(12)]
    flatbuffer.name_ends(model, ["image"], names)
    assert [tensor.name.decode() for tensor in tensors] == ["image", *names]
    assert [each.name.decode() for each in outputs] == [f"map{place}" for place in places]
