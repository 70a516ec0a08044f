from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

from featherface_edge.errors import CheckpointError
from featherface_edge.training.run.saving import saving, writing

pytestmark = pytest.mark.torch

ROOT = Path(__file__).parents[3]
SMALL_DISK = """
import resource, sys
from pathlib import Path
import torch
from safetensors.torch import save_file
from featherface_edge.errors import CheckpointError
from featherface_edge.training.run.saving import saving

path, writer = Path(sys.argv[1]), sys.argv[2]
tensors = {"weight": torch.ones(100_000)}
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
try:
    with saving(path) as fresh:
        torch.save(tensors, fresh) if writer == "torch" else save_file(tensors, fresh)
except CheckpointError as error:
    print(error)
"""


def save(path: Path, content: str) -> None:
    with saving(path) as fresh:
        fresh.write_text(content)


def test_saved_is_what_was_written(tmp_path: Path) -> None:
    for content in ("old", "new"):
        save(tmp_path / "state", content)
        assert (tmp_path / "state").read_text() == content
    assert [file.name for file in tmp_path.iterdir()] == ["state"]


def fill_disk(path: Path) -> None:
    with saving(path) as fresh:
        fresh.write_text("half")
        with Path("/dev/full").open("w") as stream:
            stream.write("x")


def test_a_full_disk_is_named_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "state.pt"
    path.write_text("old")
    with pytest.raises(CheckpointError) as refused:
        fill_disk(path)
    assert str(refused.value) == (
        f"{path} could not be written (No space left on device): the last saved state stays; "
        "make room there, then give the same command to go on"
    )
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["state.pt"]


@pytest.mark.parametrize("writer", ["torch", "safetensors"])
def test_the_writers_that_hide_what_the_system_said(tmp_path: Path, writer: str) -> None:
    path = tmp_path / "state"
    path.write_text("old")
    command = [sys.executable, "-c", SMALL_DISK, str(path), writer]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=120
    )
    assert done.stdout.startswith(f"{path} could not be written (")
    assert done.stdout.count("\n") == 1
    assert not done.stderr
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["state"]


def test_other_errors_keep_their_kind(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="shapes do not fit"), writing(tmp_path):
        raise RuntimeError("shapes do not fit")
