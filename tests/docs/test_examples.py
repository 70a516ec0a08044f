"""Every example runs as its first line says, with the made-up scene for a camera."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.docs.reading import ROOT
from tests.servers.rtsp import free_port

if TYPE_CHECKING:
    from collections.abc import Generator

pytestmark = [pytest.mark.slow, pytest.mark.tflite]

EXAMPLES = ROOT / "docs" / "examples"
PHOTO = Path(str(files("featherface_calibration") / "photos" / "demo" / "astronaut.jpg"))
SCENE = "test:?size=320x240&frames=90&faces=3&live=false"
MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


def said(example: str, *words: object) -> str:
    """Give what the example writes."""
    command = [sys.executable, str(EXAMPLES / example), *map(str, words)]
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        command, env=paths, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_example_is_run_here() -> None:
    tested = Path(__file__).read_text(encoding="utf-8")
    for example in EXAMPLES.glob("*.py"):
        assert f'said("{example.name}"' in tested


def test_detect() -> None:
    (face,) = said("detect.py", PHOTO).splitlines()
    assert face.startswith(("1.00", "0.9"))
    assert "eyes" in face


def test_camera() -> None:
    assert "look at http://127.0.0.1:" in said("camera.py", SCENE, "127.0.0.1:0")


def test_people_counter() -> None:
    shown = said("people_counter.py", SCENE)
    assert "looking at door" in shown
    assert "within at the end" in shown


def test_rtsp_to_mqtt() -> None:
    subscribe = pytest.importorskip("paho.mqtt.subscribe")
    with broker() as port:
        said("rtsp_to_mqtt.py", SCENE, f"mqtt://127.0.0.1:{port}/door")
        kept = subscribe.simple("door/status", hostname="127.0.0.1", port=port)
        assert kept.payload == b"offline"


@contextmanager
def broker() -> Generator[int, None, None]:
    """Run a broker; give its port."""
    if MOSQUITTO is None:
        pytest.skip("mosquitto is missing: install the packages of .ci/apt.txt")
    port = free_port()
    process = subprocess.Popen([MOSQUITTO, "-p", str(port)], stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        process.kill()
        process.wait()


@pytest.mark.convert
def test_opencv_backend(tmp_path: Path) -> None:
    from featherface_edge.cli import main  # noqa: PLC0415 -- with what converts

    wanted = ["--target", "onnx", "--network", "edge-pico", "--size", "64x64"]
    assert main(["convert", *wanted, "-o", str(tmp_path)]) in (0, 3)
    (model,) = tmp_path.glob("*.onnx")
    assert "Detections(" in said("opencv_backend.py", model, PHOTO)


@pytest.mark.torch
def test_own_faces(tmp_path: Path) -> None:
    table = tmp_path / "faces.csv"
    table.write_text(f"{PHOTO},182,66,270,175\n" * 2, encoding="utf-8")
    said("own_faces.py", table, tmp_path / "run")
    assert list((tmp_path / "run").glob("*.safetensors"))
