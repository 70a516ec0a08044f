"""What the wheel holds, and what the project promises about its installation."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from importlib.metadata import entry_points, metadata, requires
from importlib.util import find_spec
from pathlib import Path

import pytest

import featherface_edge
from featherface_edge.cli import COMMANDS

ROOT = Path(__file__).parents[1]
FOLDERS = {  # package -> folder that it lies in
    "featherface_edge": ROOT,
    "featherface_converters": ROOT / "converters",
    "featherface_runtime": ROOT / "runtime",
    "featherface_calibration": ROOT / "calibration",
    "featherface_boards": ROOT / "boards",
}
DATA = (  # every file of the wheel that is no code
    r"featherface_[a-z]+/py\.typed",
    r"featherface_edge/spec/manifest\.schema\.json",
    r"featherface_edge/evaluation/report\.html",
    r"featherface_edge/evaluation/page\.css",
    r"featherface_edge/pruning/report/page\.html",
    r"featherface_edge/pruning/presets/[a-z0-9-]+\.toml",
    r"featherface_runtime/zoo/models/index\.json",
    r"featherface_runtime/zoo/models/[a-z0-9.-]+-\d+x\d+\.tar\.xz",
    r"featherface_runtime/sources/faces/README\.md",
    r"featherface_runtime/sources/faces/[a-z]+\.jpg",
    r"featherface_runtime/preview/page/page\.(html|css|js)",
    r"featherface_edge/models/measured\.toml",
    r"featherface_edge/training/config/presets/[a-z0-9-]+\.toml",
    r"featherface_edge/weights/[a-z0-9-]+\.safetensors",
    r"featherface_edge/weights/[a-z0-9-]+\.md",
    r"featherface_converters/proof/page/page\.html",
    r"featherface_converters/package/board/(README\.md|featherface\.service|requirements\.txt)",
    r"featherface_converters/foreign/presets/[a-z0-9-]+\.toml",
    r"featherface_calibration/probe_model/(probe\.onnx|probe\.json|embedding\.npz)",
    r"featherface_boards/profiles/[a-z0-9-]+\.toml",
    r"featherface_boards/results/(README\.md|published\.toml|[a-z0-9.-]+\.json)",
    r"featherface_boards/bench/results/(page\.css|result\.schema\.json)",
    r"featherface_calibration/verdict/(reference\.npz|page/page\.html)",
    r"featherface_calibration/photos/README\.md",
    r"featherface_calibration/photos/(calibration|proof|demo)/[a-z0-9-]+\.jpg",
)
HEAVY = {"torch", "tensorflow", "onnxruntime", "openvino", "ai-edge-litert", "scipy"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    if find_spec("hatchling") is None:
        pytest.skip("hatchling is missing: install the extra 'dev'")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (file,) = folder.glob("featherface_edge-*-py3-none-any.whl")
    return zipfile.ZipFile(file)


def contents(wheel: zipfile.ZipFile) -> set[str]:
    return {name for name in wheel.namelist() if ".dist-info/" not in name}


def sources() -> set[str]:
    return {
        file.relative_to(base).as_posix()
        for package, base in FOLDERS.items()
        for file in (base / package).rglob("*.py")
    }


def test_wheel_holds_all_code_and_no_other(wheel: zipfile.ZipFile) -> None:
    assert {name for name in contents(wheel) if name.endswith(".py")} == sources()


def test_wheel_holds_the_data_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    data = {name for name in contents(wheel) if not name.endswith(".py")}
    assert {name for name in data if not any(re.fullmatch(rule, name) for rule in DATA)} == set()
    for rule in DATA:
        assert any(re.fullmatch(rule, name) for name in data), f"nothing like {rule}"
    assert {f"{package}/py.typed" for package in FOLDERS} <= data


def test_package_data_is_small(wheel: zipfile.ZipFile) -> None:
    data = [entry for entry in wheel.infolist() if not entry.filename.endswith(".py")]
    assert sum(entry.file_size for entry in data) < 15_000_000


def test_wheel_names_its_licence(wheel: zipfile.ZipFile) -> None:
    (licence,) = (name for name in wheel.namelist() if name.endswith("licenses/LICENSE"))
    assert wheel.read(licence).decode("utf-8").startswith("MIT License")


def test_installed_version_is_the_package_s() -> None:
    assert metadata("featherface-edge")["Version"] == featherface_edge.__version__


def test_base_install_is_light() -> None:
    base = {
        re.split(r"[^\w.-]", line)[0]
        for line in requires("featherface-edge") or []
        if "extra ==" not in line
    }
    assert base == {"numpy", "opencv-python-headless"}
    assert not base & HEAVY


def test_torch_is_pinned_wherever_it_is_wanted() -> None:
    wanted = [line for line in requires("featherface-edge") or [] if line.startswith("torch")]
    pins = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert wanted
    assert all(line.startswith("torch==2.13.0") for line in wanted)
    assert any(line.startswith("torch==2.13.0") for line in pins)


def test_entry_points_are_the_table_of_commands() -> None:
    installed = {
        entry.name for entry in entry_points(group="console_scripts") if entry.name[:2] == "fe"
    }
    assert {name for name in installed if re.fullmatch(r"fe(-\w+)?", name)} == {
        "fe",
        *(f"fe-{name}" for name in COMMANDS),
    }


def test_extras_are_all_there() -> None:
    extras = set(metadata("featherface-edge").get_all("Provides-Extra") or [])
    runtimes = {"onnx", "openvino", "litert"}
    parts = {"train", "prune", "convert", "camera", "preview", "bench", "wandb", "trust", "mqtt"}
    parts.add("docs")
    assert extras == {"dev", "all", *parts, *runtimes}
