"""The wheel on emulated Raspberry Pi processors: it installs, it is small, it finds the same faces.

What takes how long there means nothing, and is not looked at.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from tests.arm.detections import fitted, shipped
from tests.arm.expectations import expected, require_agreement
from tests.arm.root import CONSTRAINTS, PROJECT, PYTHONS, Root, root, wheels_can_be_had
from tests.arm.sizes import sizes, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.arm, pytest.mark.slow]
PROGRAMS = PROJECT / "tests" / "arm"
PI_4, PI_3 = "cortex-a72", "cortex-a53"  # the latter of a Zero 2 W, too
SMALL = [name for name in shipped() if "-320x320-" in name]
FEW = [name for name in SMALL if name.startswith("edge-nano-")]
# OpenVINO takes long to begin there, and has no 8-bit kernels for what is special in `edge`.
MOST = [name for name in shipped() if not name.endswith("-openvino") or name in SMALL]
SOME = [name for name in SMALL if not name.endswith("-openvino") or name in FEW]


class Installed(NamedTuple):
    """A root file system, and the folder in it in which the wheel was installed."""

    root: Root
    site: Path

    def told(self, cpu: str, *program: str) -> str:
        """Give what a program says that may use the wheel and all three interpreters."""
        engines = self.root.path / "opt" / "engines"
        return self.root.told(cpu, list(program), [self.site, engines])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, timeout=600)
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Installed]:
    """Give what installs the wheel, with the extra `litert`, by the emulated Python's own pip."""

    @cache
    def install(suite: str) -> Installed:
        here, site = root(suite), tmp_path_factory.mktemp(suite)
        pip = ["-m", "pip", "install", "--quiet", "--no-compile", "--only-binary=:all:"]
        what = ["--constraint", str(CONSTRAINTS), "--target", str(site), f"{wheel}[litert]"]
        done = here.run(PI_4, [*pip, *what], [here.path / "opt" / "pip"])
        if done.returncode and not wheels_can_be_had(tmp_path_factory.mktemp("wheels")):
            pytest.skip("pip gets no wheels for ARM here")
        assert done.returncode == 0, done.stderr[-3000:]
        return Installed(here, site)

    return install


@pytest.mark.parametrize("suite", PYTHONS)
def test_the_wheel_runs_with_litert(suite: str, installed: Callable[[str], Installed]) -> None:
    there = installed(suite)
    photograph = there.site / "featherface_calibration" / "photos" / "demo" / "astronaut.jpg"
    call = "import sys; from featherface_edge.cli import main; sys.exit(main(sys.argv[1:]))"
    told = there.told(PI_3, "-c", call, "detect", "edge-nano", str(photograph), "--json", "-")
    assert len(json.loads(told)["faces"]) == 1
    board = json.loads(there.told(PI_3, "-c", call, "board", "probe", "--json"))
    assert board["arch"] == "aarch64"
    assert board["system"]["python"].startswith(f"{PYTHONS[suite]}.")


@pytest.mark.parametrize("suite", PYTHONS)
def test_the_runtime_is_small(suite: str, installed: Callable[[str], Installed]) -> None:
    found = sizes(installed(suite).site)
    assert {"featherface-edge", "numpy", "opencv-python-headless", "ai-edge-litert"} <= found.keys()
    everything = sum(found.values())
    assert everything < 215, table(found)
    assert everything - found["opencv-python-headless"] < 120, table(found)


def test_frames_of_the_canvas_size_need_no_opencv(
    installed: Callable[[str], Installed], tmp_path: Path
) -> None:
    name = "edge-nano-320x320-tflite"
    np.save(tmp_path / "frame.npy", fitted(320, 320))
    program = (
        "import sys; sys.modules['cv2'] = None; import numpy as np\n"
        "from featherface_runtime import Detector\n"
        "print(len(Detector('edge-nano').detect(np.load(sys.argv[1]))))"
    )
    told = installed("trixie").told(PI_3, "-c", program, str(tmp_path / "frame.npy"))
    assert int(told) == len(expected()[name])


@pytest.mark.parametrize(
    ("suite", "cpu", "names"),
    [
        ("bookworm", PI_4, MOST),
        ("bookworm", PI_3, FEW),
        ("trixie", PI_4, FEW),
        ("trixie", PI_3, SOME),
    ],
    ids=["bookworm-a72", "bookworm-a53", "trixie-a72", "trixie-a53"],
)
def test_finds_what_x86_found(
    suite: str, cpu: str, names: list[str], installed: Callable[[str], Installed]
) -> None:
    program = str(PROGRAMS / "detections.py")
    require_agreement(json.loads(installed(suite).told(cpu, program, *names)))
