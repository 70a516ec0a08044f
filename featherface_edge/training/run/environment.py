"""Where and with what a run takes place."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping  # noqa: TC003 - it is read back from JSON
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import cv2
import numpy as np
import torch

from featherface_edge import __version__
from featherface_edge.evaluation.processor import processor

GIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Environment:
    """One sitting of a run.

    started: UTC, ISO 8601. packages: versions by name. cores: that this process may use. commit: of
    the working directory's git repository, `+` behind it where files were changed, empty without
    one. command: as a shell would take it.
    """

    started: str
    python: str
    packages: Mapping[str, str]
    platform: str
    cpu: str
    cores: int
    gpus: tuple[str, ...]
    commit: str
    command: str

    @property
    def hardware(self) -> str:
        """GPUs, CPU and cores in one line."""
        gpus = [f"{self.gpus.count(name)} x {name}" for name in dict.fromkeys(self.gpus)]
        return ", ".join([*gpus, f"{self.cpu} ({self.cores} cores)"])


def environment() -> Environment:
    """The environment of this process, now."""
    return Environment(
        started=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        python=platform.python_version(),
        packages=_packages(),
        platform=platform.platform(),
        cpu=processor(),
        cores=len(os.sched_getaffinity(0)),
        gpus=tuple(map(torch.cuda.get_device_name, range(torch.cuda.device_count()))),
        commit=git_commit(Path.cwd()),
        command=shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
    )


def git_commit(folder: Path) -> str:
    """The commit of the folder's repository, `+` behind it where files were changed, or nothing."""
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return ""
    return commit + ("+" if _git(folder, "status", "--porcelain", "--untracked-files=no") else "")


def _git(folder: Path, *arguments: str) -> str:
    program = shutil.which("git")
    if program is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            [program, *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=GIT_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _packages() -> dict[str, str]:
    return {
        "featherface-edge": __version__,
        "torch": torch.__version__,
        "numpy": np.__version__,
        "opencv": cv2.__version__,
    }
