from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from featherface_edge.errors import CheckpointError, UsageError  # noqa: E402
from featherface_edge.models.backbone_weights import (  # noqa: E402
    DEVIATION,
    MEAN,
    load_imagenet,
    start_backbone,
)
from featherface_edge.models.backbones import MobileNet  # noqa: E402
from featherface_edge.models.blocks import leaky  # noqa: E402
from featherface_edge.models.checkpoints import save  # noqa: E402
from featherface_edge.models.registry import build, network  # noqa: E402

pytestmark = pytest.mark.torch

PUBLISHED = Path(__file__).parents[3] / "shared" / "weights" / "mobilenetV1X0.25_pretrain.tar"


@pytest.fixture(name="classifier")
def _classifier(tmp_path: Path) -> Path:
    """A file like the published one, of another training."""
    torch.manual_seed(3)
    state = {f"module.{name}": value for name, value in MobileNet(leaky()).state_dict().items()}
    for value in state.values():
        if value.is_floating_point():
            value.add_(torch.rand(value.shape) * 0.1)
    state |= {"module.fc.weight": torch.zeros(1000, 256), "module.fc.bias": torch.zeros(1000)}
    path = tmp_path / "classifier.tar"
    torch.save({"epoch": 1, "arch": "x", "state_dict": state}, path)
    return path


def test_a_relative_gives_its_backbone(tmp_path: Path) -> None:
    torch.manual_seed(4)
    path, model = tmp_path / "v1.safetensors", build("v1-c24")
    save(path, model, "v1-c24", {})
    student = build("nano")
    start_backbone(student, path, network("nano").preprocessing)
    given, wanted = student.state_dict(), model.state_dict()
    names = [name for name in wanted if name.startswith("backbone.")]
    assert len(names) > 100
    assert all(torch.equal(given[name], wanted[name]) for name in names)


@pytest.mark.parametrize(("source", "text"), [("vit", "no MobileNet"), ("edge", "other pixels")])
def test_strangers_give_no_backbone(source: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save(path, build(source), source, {})
    with pytest.raises(CheckpointError, match=text):
        start_backbone(build("nano"), path, network("nano").preprocessing)


@pytest.mark.parametrize("name", ["v1-lite", "nano", "edge"])
def test_the_backbone_sees_a_picture_as_the_classifier_did(classifier: Path, name: str) -> None:
    """Inside: at the border the classifier saw its mean colour, the network sees its own."""
    original = MobileNet(leaky()).eval()
    original.load_state_dict(load_imagenet(classifier))
    model, spec = build(name).eval(), network(name).preprocessing
    start_backbone(model, classifier, spec)
    rgb = torch.rand(1, 3, 32, 32) * 255
    ordered = rgb.flip(1) if spec.colour == "bgr" else rgb
    ours = (ordered - torch.tensor(spec.mean)[:, None, None]) * spec.scale
    theirs = (rgb / 255 - torch.tensor(MEAN)[:, None, None]) / torch.tensor(DEVIATION)[
        :, None, None
    ]
    with torch.no_grad():
        wanted = original.stage1[0](theirs)[:, :, 1:-1, 1:-1]
        found = model.get_submodule("backbone.stage1.0")(ours)[:, :8, 1:-1, 1:-1]
    negative = 0.1 if name != "edge" else 0.0  # edge's ReLU does not leak
    wanted = torch.where(wanted < 0, wanted * (negative / 0.1), wanted)
    torch.testing.assert_close(found, wanted, rtol=1e-3, atol=1e-3)


def test_all_other_layers_are_the_classifier_s(classifier: Path) -> None:
    model = build("v1-lite")
    start_backbone(model, classifier, network("v1-lite").preprocessing)
    found, wanted = model.get_submodule("backbone").state_dict(), load_imagenet(classifier)
    changed = [name for name in wanted if not torch.equal(found[name], wanted[name])]
    assert changed == ["stage1.0.0.weight", "stage1.0.1.running_mean"]


def test_new_channels_of_a_wider_stem_are_silent(classifier: Path) -> None:
    model = build("edge")
    start_backbone(model, classifier, network("edge").preprocessing)
    assert not model.get_parameter("backbone.stage1.1.3.weight")[:, 8:].any()
    assert model.get_parameter("backbone.stage1.0.0.weight")[8:].any()


def test_a_network_with_another_backbone_is_refused(classifier: Path) -> None:
    with pytest.raises(UsageError, match="no MobileNet backbone"):
        start_backbone(build("vit"), classifier, network("vit").preprocessing)


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.tar"
    path.write_bytes(b"no tar")
    with pytest.raises(CheckpointError, match="is not the published"):
        load_imagenet(path)
    torch.save({"weight": torch.zeros(1)}, path)
    with pytest.raises(CheckpointError, match="no 'state_dict'"):
        load_imagenet(path)
    torch.save({"state_dict": build("v1-lite").state_dict()}, path)
    with pytest.raises(CheckpointError, match="do not fit"):
        load_imagenet(path)


@pytest.mark.skipif(
    not PUBLISHED.is_file(), reason="the published weights are not beside the checkout"
)
def test_the_published_file_is_read() -> None:
    state = load_imagenet(PUBLISHED)
    floats = [value for name, value in state.items() if name.endswith(("weight", "bias"))]
    assert sum(value.numel() for value in floats) == 213_072
