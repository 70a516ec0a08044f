"""The front's arithmetic, and the torch form of an ONNX graph."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.benchmarks.front_record import Lead, Point, as_json, leads, rival_at
from tests.evaluation.peer_files import write_yunet

if TYPE_CHECKING:
    from pathlib import Path


def _point(name: str, ms: float, value: float, engine: str = "LiteRT") -> Point:
    rival = name == "rival"
    return Point(name, engine, 320, 320, rival, "int8", ms, 2 * ms, {"int8": ms}, {"hard": value})


RIVALS = (_point("rival", 1.0, 0.4), _point("rival", 4.0, 0.6))


def test_the_rival_runs_straight_over_the_logarithm_of_time() -> None:
    assert rival_at(RIVALS, "hard", 2.0) == pytest.approx(0.5)
    assert rival_at(RIVALS, "hard", 9.0) == pytest.approx(0.6)


def test_a_larger_size_that_is_worse_does_not_lower_the_rival() -> None:
    assert rival_at((*RIVALS, _point("rival", 5.0, 0.55)), "hard", 5.0) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("ours", "value", "at"),
    [
        ([(0.9, 0.7)], 0.1, 4.0),  # one point above all: least at the end
        ([(1.0, 0.45), (2.0, 0.9)], -0.05, 2.0),  # level until just before the second
        ([(2.0, 0.9)], -0.5, 2.0),  # nothing of ours is as quick as its quickest
        ([(1.0, 0.45), (2.0, 0.55), (4.0, 0.8)], -0.05, 2.0),
        ([(9.0, 0.9)], -0.6, 4.0),  # slower than all of its points
    ],
)
def test_the_least_lead(ours: list[tuple[float, float]], value: float, at: float) -> None:
    points = [*RIVALS, *(_point("edge", *each) for each in ours)]
    (found,) = leads(points)
    assert (found.engine, found.subset) == ("LiteRT", "hard")
    assert found.value == pytest.approx(value)
    assert found.at_ms == pytest.approx(at)


def test_interpreters_without_both_have_no_lead() -> None:
    assert leads([*RIVALS, _point("edge", 1.0, 0.9, "OpenVINO")]) == []


def test_the_record_holds_points_and_leads() -> None:
    points = [*RIVALS, _point("edge", 1.0, 0.9)]
    record = json.loads(as_json(points, {"threads": "1"}))
    assert record["conditions"] == {"threads": "1"}
    assert [each["name"] for each in record["points"]] == ["rival", "rival", "edge"]
    assert record["points"][0]["precision"] == {"hard": 0.4}
    assert Lead(**record["leads"][0]).value == pytest.approx(0.3)


def test_times_that_do_not_fit_together_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit together"):
        Point("edge", "LiteRT", 1, 1, False, "", 2.0, 1.0, {}, {})  # noqa: FBT003 -- see the record


@pytest.mark.convert
def test_a_graph_in_torch_gives_the_same_raw_maps(tmp_path: Path) -> None:
    onnx, torch = pytest.importorskip("onnx"), pytest.importorskip("torch")
    onnxruntime = pytest.importorskip("onnxruntime")
    from tests.benchmarks.onnx_network import OnnxNetwork  # noqa: PLC0415 - needs the extra

    path = tmp_path / "yunet.onnx"
    write_yunet(path)
    network = OnnxNetwork(onnx.load(path), [["cls_8", "obj_8"], ["bbox_16"]])
    image = np.random.default_rng(0).uniform(0, 255, (1, 3, 64, 96)).astype(np.float32)
    maps = [each.numpy() for each in network(torch.from_numpy(image))]
    names = ["cls_8", "obj_8", "bbox_16"]
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    wanted = dict(zip(names, session.run(names, {"input": image}), strict=True))
    assert [each.shape for each in maps] == [(1, 2, 8, 12), (1, 4, 4, 6)]
    chances = 1 / (1 + np.exp(-maps[0][0].reshape(2, -1)))
    np.testing.assert_allclose(chances[0], wanted["cls_8"][0, :, 0], rtol=1e-4)
    np.testing.assert_allclose(chances[1], wanted["obj_8"][0, :, 0], rtol=1e-4)
    np.testing.assert_allclose(maps[1][0].reshape(4, -1).T, wanted["bbox_16"][0], rtol=1e-5)


@pytest.mark.convert
def test_an_unknown_operator_is_named(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    from tests.benchmarks.onnx_network import OnnxNetwork  # noqa: PLC0415 - needs the extra

    path = tmp_path / "yunet.onnx"
    write_yunet(path)
    model = onnx.load(path)
    model.graph.node[0].op_type = "Elu"
    with pytest.raises(ValueError, match="operators Elu are not known"):
        OnnxNetwork(model, [["cls_8"]])
