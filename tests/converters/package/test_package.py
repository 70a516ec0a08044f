"""Deployment folders: complete, replaced whole or not at all, run without PyTorch."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("torch")

from featherface_calibration import demo_photo
from featherface_converters.package import require_free, write_package
from featherface_edge.cli import main
from featherface_edge.errors import UsageError
from featherface_edge.files import sha256_file
from featherface_edge.spec import from_json, parts
from featherface_runtime import Shipped
from featherface_runtime.zoo import model_file

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.convert

ROOT = Path(__file__).parents[3]
# What an environment of requirements.txt has, OpenCV and the interpreters with what they import.
ALONE = """
import sys
from importlib.machinery import PathFinder
SHUT = ("torch", "onnx", "nncf", "litert_torch", "safetensors", "scipy",
        "featherface_converters", "featherface_calibration", "featherface_boards")
class Gate:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in SHUT:
            raise ModuleNotFoundError(f"blocked: {name}", name=name)
sys.meta_path.insert(0, Gate())
"""


@pytest.fixture(name="artifact", params=["onnx", "tflite", "openvino"])
def _artifact(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A shipped model as fe-convert leaves it, a proof beside it."""
    extra = {"onnx": "onnxruntime", "tflite": "ai_edge_litert", "openvino": "openvino"}
    pytest.importorskip(extra[request.param])
    with model_file(Shipped("edge", (320, 256), request.param)) as path:
        for part in parts(path):
            shutil.copyfile(part, tmp_path / part.name)
        (tmp_path / f"{path.name}.proof.json").write_text("{}", encoding="utf-8")
        yield tmp_path / path.name


def alone(folder: Path, *given: str) -> subprocess.CompletedProcess[str]:
    """Run the example where nothing but the runtime can be imported."""
    gate = folder.parent / "gate"
    gate.mkdir(exist_ok=True)
    (gate / "sitecustomize.py").write_text(ALONE, encoding="utf-8")
    where = os.pathsep.join(str(each) for each in (gate, ROOT, ROOT / "runtime"))
    return subprocess.run(
        [sys.executable, str(folder / "example.py"), *given],
        env={**os.environ, "PYTHONPATH": where},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_example_finds_the_astronaut_without_torch(artifact: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "package", tmp_path / "drawn"
    write_package(artifact, folder)
    done = alone(folder, str(demo_photo()), "--out", str(out))
    assert done.returncode == 0, done.stderr
    (face,) = json.loads(done.stdout)["faces"]
    assert face["box"] == pytest.approx((181, 58, 270, 177), abs=15)
    assert len(face["landmarks"]) == 5
    assert [each.name for each in out.iterdir()] == ["frame_000000.jpg"]


def test_nothing_but_the_runtime_can_be_imported_there(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    for name in ("torch", "featherface_converters"):
        (tmp_path / "package" / "example.py").write_text(f"import {name}\n", encoding="utf-8")
        assert f"blocked: {name}" in alone(tmp_path / "package").stderr


@pytest.fixture(name="small")
def _small(tmp_path: Path) -> Path:
    """The shipped ONNX model alone."""
    with model_file(Shipped("edge", (320, 256), "onnx")) as path:
        shutil.copyfile(path, tmp_path / path.name)
    return tmp_path / path.name


@pytest.mark.onnx
def test_it_holds_all_that_a_board_needs(small: Path, tmp_path: Path) -> None:
    (tmp_path / f"{small.name}.proof.json").write_text("{}", encoding="utf-8")
    folder = tmp_path / "deep" / "package"
    write_package(small, folder)
    assert {each.name for each in folder.iterdir()} == {
        *(small.name, f"{small.name}.proof.json", "manifest.json", "example.py"),
        *("README.md", "featherface.service", "requirements.txt"),
    }
    assert sha256_file(folder / small.name) == sha256_file(small)
    spec = from_json((folder / "manifest.json").read_text(encoding="utf-8"))
    texts = [
        (folder / name).read_text(encoding="utf-8")
        for name in ("README.md", "featherface.service", "requirements.txt")
    ]
    assert not [text for text in texts if "$" in text]
    assert small.name in texts[0]
    assert f"{spec.network}, 320x256, int8" in texts[0]
    assert re.fullmatch(r"featherface-edge\[onnx\]==[\d.]+\n", texts[2])
    assert not [each for each in folder.parent.iterdir() if each.name.startswith(".")]


@pytest.mark.onnx
def test_the_service_starts_the_example(small: Path, tmp_path: Path) -> None:
    write_package(small, tmp_path / "package")
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    unit.read_string((tmp_path / "package" / "featherface.service").read_text(encoding="utf-8"))
    assert unit.sections() == ["Unit", "Service", "Install"]
    folder = unit["Service"]["WorkingDirectory"]
    program, script, *given = unit["Service"]["ExecStart"].split()
    assert (program, script) == (f"{folder}/.venv/bin/python", f"{folder}/example.py")
    assert given == ["--camera", "0"]


@pytest.mark.onnx
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd")
def test_systemd_knows_every_key_of_the_service(small: Path, tmp_path: Path) -> None:
    write_package(small, tmp_path / "package")
    text = (tmp_path / "package" / "featherface.service").read_text(encoding="utf-8")
    unit = tmp_path / "featherface.service"
    unit.write_text(re.sub("ExecStart=.*", "ExecStart=/bin/true", text), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)],  # noqa: S607 - wherever it is
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.onnx
def test_the_example_reads_videos_and_stops(small: Path, tmp_path: Path) -> None:
    import cv2  # noqa: PLC0415 - of the base install

    video = tmp_path / "video.avi"
    writer = cv2.VideoWriter(str(video), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for _ in range(4):
        writer.write(np.zeros((48, 64, 3), np.uint8))
    writer.release()
    write_package(small, tmp_path / "package")
    done = alone(tmp_path / "package", str(video), "--frames", "3")
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["frame"] for line in done.stdout.splitlines()] == [0, 1, 2]


@pytest.mark.onnx
def test_what_the_example_cannot_read_is_one_line(small: Path, tmp_path: Path) -> None:
    write_package(small, tmp_path / "package")
    done = alone(tmp_path / "package", "--camera", "97")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("camera 97 gives no frame")
    done = alone(tmp_path / "package", "missing.jpg")
    assert done.returncode == 2
    assert done.stderr.startswith("missing.jpg cannot be read")


@pytest.mark.onnx
def test_a_package_is_replaced_and_nothing_else_is(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    write_package(small, folder)
    (folder / "old.txt").touch()
    write_package(small, folder)
    assert not (folder / "old.txt").exists()
    with pytest.raises(UsageError, match="holds other files, wanted an empty folder"):
        write_package(small, tmp_path)
    with pytest.raises(UsageError, match="is a file, wanted a folder"):
        require_free(small)


@pytest.mark.onnx
def test_a_broken_model_leaves_the_former_package(small: Path, tmp_path: Path) -> None:
    from featherface_edge.errors import ModelFileError  # noqa: PLC0415 - of this test alone

    folder = tmp_path / "package"
    write_package(small, folder)
    small.write_bytes(b"no model")
    with pytest.raises(ModelFileError):
        write_package(small, folder)
    assert (folder / "example.py").is_file()
    assert sorted(each.name for each in tmp_path.iterdir()) == [small.name, "package"]


def test_a_format_that_the_runtime_does_not_run_has_no_package(tmp_path: Path) -> None:
    (tmp_path / "edge.pt2").touch()
    with pytest.raises(UsageError, match=r"edge\.pt2 runs in no interpreter of the runtime"):
        write_package(tmp_path / "edge.pt2", tmp_path / "package")


def test_a_full_folder_is_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").touch()
    given = ["--target", "onnx", "--size", "64x64", "--package", str(tmp_path)]
    assert main(["convert", *given, "-o", str(tmp_path / "out")]) == 2
    shown = capsys.readouterr().err.splitlines()
    assert len(shown) == 1
    assert "holds other files" in shown[0]
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_one_command_makes_files_and_packages(tmp_path: Path) -> None:
    given = ["--target", "onnx,openvino-int8", "--size", "320x256"]
    folders = ["-o", str(tmp_path / "out"), "--package", str(tmp_path / "boards")]
    assert main(["convert", *given, *folders]) == 0
    for name in ("onnx", "openvino-int8"):
        done = alone(tmp_path / "boards" / name, str(demo_photo()))
        assert done.returncode == 0, done.stderr
        assert len(json.loads(done.stdout)["faces"]) == 1
