from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import (  # noqa: E402
    load_file,  # pyright: ignore[reportUnknownVariableType] - untyped dicts
    save_file,  # pyright: ignore[reportUnknownVariableType]
)

from featherface_edge.errors import CheckpointError  # noqa: E402
from featherface_edge.models import checkpoints, registry  # noqa: E402
from featherface_edge.models.upstream import renamed  # noqa: E402

pytestmark = pytest.mark.torch

PUBLISHED = Path(__file__).parents[3] / "shared" / "weights"
FILES = {
    "v1": "featherface_v1_592371.pth",
    "v1-lite": "featherface_v1_lite_489015.pth",
    "v2-coordatt": "featherface_coordatt_493095.pth",
    "eca-cbam": "featherface_eca_cbam_476345.pth",
    "eca-cbam-parallel": "featherface_eca_cbam_476345.pth",
    "retinaface-mnet0.25": "retinaface_mnet025_426608.pth",
}


def _saved(tmp_path: Path, name: str = "edge") -> Path:
    torch.manual_seed(0)
    path = tmp_path / f"{name}.safetensors"
    checkpoints.save(path, registry.build(name), name, {"data": "none"})
    return path


def test_save_and_load_give_the_same_network(tmp_path: Path) -> None:
    path = _saved(tmp_path)
    first, second = checkpoints.load(path), checkpoints.load(path)
    x = torch.randn(1, 3, 32, 32)
    for one, two in zip(first.model(x), second.model(x), strict=True):
        assert torch.equal(one, two)
    assert first.spec.network == "edge"
    assert first.spec.training == {"data": "none"}
    assert not first.model.training


def test_changed_weights_are_found(tmp_path: Path) -> None:
    path = _saved(tmp_path)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(CheckpointError, match="SHA-256"):
        checkpoints.load(path)


def test_a_changed_byte_anywhere_is_found(tmp_path: Path) -> None:
    path = _saved(tmp_path)
    whole = path.read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    places = [*range(0, header, header // 25), header, len(whole) - 1]
    for place in places:
        data = bytearray(whole)
        data[place] ^= 4
        path.write_bytes(data)
        with pytest.raises(CheckpointError):
            checkpoints.load(path)
    path.write_bytes(whole)
    assert not checkpoints.load(path).spec.seal  # it is of this one file


def test_one_network_is_saved_as_the_same_bytes(tmp_path: Path) -> None:
    first, second = (_saved(tmp_path).read_bytes() for _ in range(2))
    assert first == second


def test_safetensors_of_others_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save_file({"weight": torch.zeros(1)}, path)
    with pytest.raises(CheckpointError, match="no featherface-edge manifest"):
        checkpoints.load(path)


@pytest.mark.parametrize("content", [b"", b"not a checkpoint"], ids=["empty", "text"])
def test_files_that_are_no_checkpoints_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="no safetensors file"):
        checkpoints.load(path)
    with pytest.raises(CheckpointError, match="no PyTorch checkpoint"):
        checkpoints.import_upstream(path, "v1")


def test_wrong_network_is_refused_with_the_keys(tmp_path: Path) -> None:
    path = tmp_path / "lite.pth"
    torch.save(registry.build("v1-lite").state_dict(), path)
    with pytest.raises(CheckpointError) as caught:
        checkpoints.import_upstream(path, "v1")
    message = str(caught.value)
    assert "missing (backbone_attention.0.channel.reduce.weight" in message
    assert "of another shape" in message


@pytest.mark.parametrize(
    ("published", "ours"),
    [
        ("module.body.stage1.0.0.weight", "backbone.stage1.0.0.weight"),
        (
            "bacbkbone_1_cbam.ChannelGate.mlp.3.bias",
            "backbone_attention.1.channel.expand.bias",
        ),
        (
            "bifpn.0.p4_down_channel_2.0.conv.weight",
            "neck.reducers.p4_up.conv.weight",
        ),
        ("bifpn.2.conv5_down.pointwise_conv.conv.bias", "neck.cells.2.out5.pointwise.bias"),
        ("bifpn.1.p5_w2", "neck.cells.1.w_out5"),
        ("ssh2.conv7x7_3.0.modulator_conv.weight", "context.1.field7_out.0.modulator.weight"),
        ("ssh3_cs.5.weight", "mixing.2.5.weight"),
        ("ca_p4.bn_transform.running_var", "coordinate.1.bn.running_var"),
        ("backbone_cbam_2.SpatialGate.spatial.bn.bias", "backbone_attention.2.spatial.bn.bias"),
        ("attention_cbam_0.ChannelGate.mlp.1.weight", "neck_attention.0.channel.reduce.weight"),
        ("LandmarkHead.2.conv1x1.bias", "heads.2.landmark.bias"),
    ],
)
def test_published_names_become_ours(published: str, ours: str) -> None:
    assert list(renamed({published: torch.zeros(1)})) == [ours]


def test_counters_of_the_profiler_are_dropped() -> None:
    state = {"total_ops": torch.zeros(1), "body.stage1.total_params": torch.zeros(1)}
    assert renamed(state) == {}


@pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published weights are not beside the checkout"
)
@pytest.mark.parametrize("name", FILES)
def test_published_files_load_strictly_and_survive_our_format(tmp_path: Path, name: str) -> None:
    model = checkpoints.import_upstream(PUBLISHED / FILES[name], name)
    path = tmp_path / f"{name}.safetensors"
    checkpoints.save(path, model, name, {})
    stored = load_file(path)
    assert all(torch.equal(stored[key], value) for key, value in model.state_dict().items())
    assert checkpoints.load(path).spec.preprocessing.colour == "bgr"
