from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")

from featherface_edge.cli import main  # noqa: E402
from featherface_edge.models import checkpoints, registry  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch


def _published(path: Path, name: str) -> Path:
    torch.save(registry.build(name).state_dict(), path)
    return path


def test_import_writes_a_checkpoint_with_its_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = _published(tmp_path / "published.pth", "retinaface-mnet0.25")
    out = tmp_path / "ours.safetensors"
    given = ["train", "import", str(source), "--network", "retinaface-mnet0.25", "-o", str(out)]
    assert main(given) == 0
    assert "426,608 parameters" in capsys.readouterr().out
    training = checkpoints.load(out).spec.training
    assert training["source"] == "published.pth"
    assert len(training["source_sha256"]) == 64


def test_a_file_of_another_network_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = _published(tmp_path / "published.pth", "retinaface-mnet0.25")
    out = tmp_path / "ours.safetensors"
    assert main(["train", "import", str(source), "--network", "v1", "-o", str(out)]) == 2
    shown = capsys.readouterr().err
    assert "missing" in shown
    assert "unexpected" in shown
    assert not out.exists()


def test_distillation_wants_the_v1_teacher(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lite.safetensors"
    checkpoints.save(path, registry.build("v1-lite"), "v1-lite", {})
    assert main(["train", "distill", "--teacher", str(path), "--data", str(tmp_path)]) == 2
    assert "wants a 'v1' teacher" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "message"),
    [(["--batch", "6"], "batch a multiple of 4"), (["--steps", "0"], "above 0")],
    ids=["batch", "steps"],
)
def test_settings_that_do_not_fit_are_refused(
    given: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "v1.safetensors"
    checkpoints.save(path, registry.build("v1"), "v1", {})
    given = ["distill", "--teacher", str(path), "--data", str(tmp_path), *given]
    assert main(["train", *given]) == 2
    assert message in capsys.readouterr().err
