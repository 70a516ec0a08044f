"""What must run on a board that has Python and numpy and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = """
import sys
OURS = ("featherface_edge", "featherface_runtime", "featherface_calibration")
class Gate:
    def find_spec(self, name, path=None, target=None):
        root = name.partition(".")[0]
        if root not in (*sys.stdlib_module_names, "numpy", *OURS):
            raise ModuleNotFoundError(f"blocked: {name}", name=root)
sys.meta_path.insert(0, Gate())
"""
CHECKED = """
foreign = {"torch", "cv2", "onnxruntime", "openvino", "ai_edge_litert", "scipy", "onnx"}
assert not foreign & set(sys.modules), foreign & set(sys.modules)
"""


def run_blocked(code: str) -> subprocess.CompletedProcess[str]:
    paths = [str(ROOT), str(ROOT / "runtime"), str(ROOT / "calibration")]
    where = f"import sys; sys.path[:0] = {paths!r}\n"
    command = [sys.executable, "-c", where + BLOCK + code + CHECKED]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    "code",
    [
        "import featherface_edge",
        "import featherface_edge.detection, featherface_edge.spec, featherface_edge.files",
        "import featherface_runtime",
        "import featherface_runtime.cli, featherface_runtime.zoo.cli",
        "import featherface_runtime.live",
        "import featherface_calibration.archive, featherface_calibration.building",
    ],
)
def test_import_needs_numpy_alone(code: str) -> None:
    done = run_blocked(code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "given", [["--help"], ["detect", "--help"], ["models", "--help"], ["calib", "--help"]]
)
def test_help_needs_numpy_alone(given: list[str]) -> None:
    code = f"""
from featherface_edge.cli import main
try:
    main({given!r})
except SystemExit as end:
    assert end.code == 0
"""
    done = run_blocked(code)
    assert done.returncode == 0, done.stderr
    assert "usage: fe" in done.stdout


def test_shipped_models_are_listed_with_numpy_alone() -> None:
    done = run_blocked("from featherface_edge.cli import main\nassert main(['models']) == 0\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("network")


def test_postprocessing_runs_on_numpy_alone() -> None:
    code = """
import numpy as np
from featherface_edge.detection import suppress
boxes = np.array([[0, 0, 9, 9]], np.float32)
assert suppress(boxes, np.ones(1, np.float32), 0.4).tolist() == [0]
"""
    done = run_blocked(code)
    assert done.returncode == 0, done.stderr


def test_what_is_missing_is_named() -> None:
    code = """
import numpy as np
from featherface_edge.detection.resize import resize
from featherface_edge.errors import MissingDependencyError
try:
    resize(np.zeros((4, 4, 3), np.uint8), 2, 2)
except MissingDependencyError as error:
    assert "'cv2', which is not installed: pip install featherface-edge" in str(error)
else:
    raise AssertionError
"""
    done = run_blocked(code)
    assert done.returncode == 0, done.stderr


def test_the_gate_is_shut() -> None:
    assert "blocked: cv2" in run_blocked("import cv2").stderr
