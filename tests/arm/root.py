"""Root file systems of Debian for ARM, and programs run in them by an emulator."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("make_root.sh")
CONSTRAINTS = PROJECT / ".ci" / "constraints.txt"
_MADE_OF = (SCRIPT, PROJECT / "tests" / "roots" / "debian.sh", CONSTRAINTS)
# Read before the tests have a cache folder of their own: the file systems are kept.
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
KEPT = Path(os.environ.get("FEATHERFACE_ARM_ROOTS") or _CACHE / "featherface" / "arm")
PYTHONS = {"bookworm": "3.11", "trixie": "3.13"}


@dataclass(frozen=True, slots=True)
class Root:
    """A root file system; version: of its Python."""

    path: Path
    version: str

    def run(
        self, cpu: str, program: list[str], folders: list[Path]
    ) -> subprocess.CompletedProcess[str]:
        """Give what Python did on such a processor, such as "cortex-a72", with these folders."""
        python = self.path / "usr" / "bin" / f"python{self.version}"
        emulator = self.path / "opt" / "qemu-aarch64"
        return subprocess.run(
            [str(emulator), "-L", str(self.path), str(python), *program],
            env={**_environment(), **self._python(folders), "QEMU_CPU": cpu},
            capture_output=True,
            text=True,
            check=False,
            timeout=1800,
        )

    def told(self, cpu: str, program: list[str], folders: list[Path]) -> str:
        """Give what the program says, which must not fail."""
        done = self.run(cpu, program, folders)
        assert done.returncode == 0, f"exit status {done.returncode}: {done.stderr[-3000:]}"
        return done.stdout

    def _python(self, folders: list[Path]) -> dict[str, str]:
        return {
            "PYTHONHOME": str(self.path / "usr"),
            "PYTHONPATH": os.pathsep.join(map(str, folders)),
            "PYTHONDONTWRITEBYTECODE": "1",
        }


def root(suite: str) -> Root:
    """Give the root file system of a suite of Debian, made now unless it is kept from before.

    Skips the test where none can be made here.
    """
    path = _place(suite)
    trouble = _trouble(path, suite)
    if trouble:
        pytest.skip(f"no root file system of {suite} for ARM can be made here: {trouble}")
    return Root(path, PYTHONS[suite])


def wheels_can_be_had(folder: Path) -> bool:
    """Whether this machine's own pip gets a wheel for ARM, put into the folder."""
    wanted = ["--python-version", "3.11", "--platform", "manylinux_2_27_aarch64", "ai-edge-litert"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *wanted]
    done = subprocess.run(
        [*command, "--only-binary=:all:", "--dest", str(folder)],
        capture_output=True,
        check=False,
        timeout=900,
    )
    return done.returncode == 0


def _place(suite: str) -> Path:
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in _MADE_OF)).hexdigest()
    return KEPT / f"{suite}-{digest[:12]}"


@cache
def _trouble(path: Path, suite: str) -> str:
    """Make the root file system unless it is there; give why that cannot be, "" if it could."""
    if path.is_dir():
        return ""
    if shutil.which("mmdebstrap") is None:
        return "mmdebstrap is missing, install it with apt"
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{suite}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return "" if path.is_dir() else _make(path, suite)


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return {"PIP_CACHE_DIR": str(KEPT / "pip"), **kept, "OMP_NUM_THREADS": "1"}


def _make(path: Path, suite: str) -> str:
    for old in KEPT.glob(f"{suite}-*"):
        shutil.rmtree(old)
    part = path.with_name(f"{path.name}.part")
    command = [str(SCRIPT), str(part), suite, PYTHONS[suite], sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1800)
    if done.returncode:
        shutil.rmtree(part, ignore_errors=True)
        return "; ".join(done.stderr.strip().splitlines()[-3:]) or f"status {done.returncode}"
    part.rename(path)
    return ""
