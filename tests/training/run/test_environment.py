from __future__ import annotations

import subprocess
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")

from featherface_edge.training.run.environment import environment, git_commit

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch


def test_everything_is_known() -> None:
    found = environment()
    assert all(asdict(found)[name] for name in ("started", "python", "platform", "cpu", "command"))
    assert found.cores >= 1
    assert set(found.packages) == {"featherface-edge", "torch", "numpy", "opencv"}
    assert found.hardware.endswith(f"{found.cpu} ({found.cores} cores)")


def test_hardware_counts_gpus() -> None:
    found = replace(environment(), gpus=("A", "A", "B"), cpu="C", cores=2)
    assert found.hardware == "2 x A, 1 x B, C (2 cores)"


def test_the_commit_of_a_folder(tmp_path: Path) -> None:
    assert not git_commit(tmp_path)

    def git(*arguments: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
        command = ["git", *who, *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout.strip()

    git("init", "-q")
    assert not git_commit(tmp_path)
    (tmp_path / "file").write_text("1")
    git("add", "file")
    git("commit", "-qm", "first")
    assert git_commit(tmp_path) == git("rev-parse", "HEAD")
    (tmp_path / "file").write_text("2")
    assert git_commit(tmp_path) == git("rev-parse", "HEAD") + "+"
