"""Free axes: what is offered, what it gives, and how the runtime opens it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxscript")

import numpy as np
import onnx
import onnxruntime

from featherface_converters.formats import Options, dynamic_check
from featherface_converters.formats.dynamic_check import possible
from featherface_converters.prepare import prepare
from featherface_converters.target import Job
from featherface_edge.errors import ModelFileError
from featherface_edge.spec import to_json
from featherface_runtime.backends import BackendOptions, open_backend
from tests.converters.formats.nets import Pooled, Positioned, Pyramid, float_job, manifest, network
from tests.converters.formats.test_targets import ERRORS, maps, require_near, written

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from featherface_edge.spec import Axis

pytestmark = pytest.mark.convert

ALL: tuple[Axis, ...] = ("batch", "height", "width")


@pytest.fixture(name="few")
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer sizes where the first one decides."""
    monkeypatch.setattr(dynamic_check, "SIZES", ((320, 320), (640, 480)))


def offered(made: nn.Module, job: Job) -> tuple[Options, list[str]]:
    told: list[str] = []
    return possible(made, job, Options(dynamic=ALL), told.append), told


def test_every_axis_of_a_convolutional_network_is_free() -> None:
    assert offered(network(), float_job()) == (Options(dynamic=ALL), [])


@pytest.mark.parametrize(
    ("build", "why"),
    [(Positioned, "does not run"), (Pooled, "torch's exporter cannot write it (")],
    ids=["positions", "pool"],
)
@pytest.mark.usefixtures("few")
def test_a_network_of_one_size_has_a_free_batch_and_says_why(
    build: type[nn.Module], why: str
) -> None:
    made = build().eval()
    options, told = offered(made, Job(manifest(), prepare(made, manifest().preprocessing)))
    assert options.dynamic == ("batch",)
    assert len(told) == 1
    assert told[0].startswith("free batch, height, width: not offered, ")
    assert why in told[0]


@pytest.mark.usefixtures("few")
def test_a_file_that_says_something_else_is_not_offered() -> None:
    other = Pyramid().eval()
    other.heads[0].bias.data.add_(1)  # type: ignore[operator]
    options, told = offered(other, float_job())
    assert options.dynamic == ()
    assert "off by" in told[0]
    assert "static" in told[-1]


def test_the_runtime_runs_a_free_file_on_the_manifests_canvas(tmp_path: Path) -> None:
    path = written("onnx", tmp_path, Options(dynamic=ALL))
    assert path.name == "pyramid-64x64-float32-dynamic.onnx"
    require_near(maps(path), ERRORS["float32"])
    session: Any = onnxruntime.InferenceSession(path)
    (source,) = session.get_inputs()
    assert source.shape == ["batch", "32*height_cells", "32*width_cells", 3]
    first = session.run(None, {source.name: np.zeros((2, 96, 160, 3), np.uint8)})[0]
    assert first.shape == (2, 4, 12, 20)


def test_a_free_file_whose_manifest_says_nothing_of_it_is_refused(tmp_path: Path) -> None:
    path = written("onnx", tmp_path, Options(dynamic=ALL))
    model = onnx.load(path)
    text = to_json(replace(manifest(), dynamic=("batch",)))
    onnx.helper.set_model_props(model, {"featherface_edge.manifest": text})
    onnx.save(model, path)
    with pytest.raises(ModelFileError, match=r"takes \['batch', '32\*height_cells'"):
        open_backend(path, BackendOptions())
