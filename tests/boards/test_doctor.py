"""fe-board doctor: what will not work, and what helps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from featherface_boards.doctor import CHECKS, Facts, Finding, examine, exit_status, gather
from featherface_boards.probe import Asked, Board, Engine, Sight, probe
from featherface_boards.probe.probing import no_cameras
from featherface_boards.probe.trial import Outcome
from featherface_boards.profile import matching
from featherface_runtime.choice import Choice
from featherface_runtime.live.board import BoardReading, read_board
from tests.boards.roots import KINDS, make_root

if TYPE_CHECKING:
    from pathlib import Path

LITERT = Engine("ai-edge-litert", "2.3.0", ("CPU",))
ONNX = Engine("onnxruntime", "1.31.1", ("CPU",))
CHOICE = Choice("edge", "litert", "int8", 2, (320, 320))


def healthy(root: Path, name: str) -> Facts:
    """Give the facts of a board of this profile on which all is well."""
    make_root(root, KINDS[name])
    board = probe(root, Asked("3.11.2", 64, lambda: (LITERT,), no_cameras))
    return Facts(
        board=board,
        reading=read_board(root),
        profile=matching(board),
        packages={"ai-edge-litert": "2.3.0", "numpy": "2.2.1"},
        opencv=Outcome(found=True),
        picamera2=Outcome(found=True) if "raspberrypi," in str(board.compatible) else None,
        camera_packages=True,
        devices={"/dev/video0": True},
        disk_mb=9_000,
        temporary_mb=2_000,
    )


class Case(NamedTuple):
    """A fault: the board, the facts that differ, and the finding of the check of this name."""

    profile: str
    check: str
    severity: str
    said: str
    cure: str
    facts: dict[str, Any] = {}  # noqa: RUF012 -- never changed
    board: dict[str, Any] = {}  # noqa: RUF012 -- never changed


CASES = {
    "32-bit system": Case(
        *("raspberry-pi-zero-2-w", "bits", "failure"),
        *("32-bit Python on a 64-bit kernel", "64-bit system"),
        board={"bits": 32},
    ),
    "old Python": Case(
        *("jetson-nano", "Python", "failure", "Python 3.6.9: LiteRT", "3.10 to 3.14"),
        board={"python": "3.6.9"},
    ),
    "too new Python": Case(
        *("x86-64", "Python", "failure", "Python 3.15.0", "3.10 to 3.14"),
        board={"python": "3.15.0"},
    ),
    "no interpreter": Case(
        *("x86-64", "interpreters", "failure", "no interpreter", "featherface-edge[litert]"),
        board={"engines": ()},
    ),
    "wheel for dot products": Case(
        *("raspberry-pi-4", "interpreters", "failure"),
        *("onnxruntime 1.21.0 dies of SIGILL", "dot products, which this one lacks"),
        board={"engines": (Engine("onnxruntime", "1.21.0", fault="dies of SIGILL"),)},
    ),
    "one of two dies": Case(
        *("raspberry-pi-5", "interpreters", "warning", "dies of SIGILL", "onnxruntime>=1.22"),
        board={"engines": (LITERT, Engine("onnxruntime", "1.21.0", fault="dies of SIGILL"))},
    ),
    "half installed": Case(
        *("rock-5b", "interpreters", "failure", "cannot be imported", "--force-reinstall openvino"),
        board={"engines": (Engine("openvino", "1", fault="cannot be imported (No module x)"),)},
    ),
    "tflite-runtime with NumPy 2": Case(
        *("raspberry-pi-4", "tflite-runtime", "failure", "meets NumPy 2.2.1", "pip uninstall"),
        facts={"packages": {"tflite-runtime": "2.14.0", "numpy": "2.2.1"}},
    ),
    "tflite-runtime beside LiteRT": Case(
        *("raspberry-pi-4", "tflite-runtime", "warning", "meets NumPy 2.2.1", "pip uninstall"),
        facts={"packages": {"tflite-runtime": "2.14.0", "numpy": "2.2.1", "ai-edge-litert": "2"}},
    ),
    "tflite-runtime": Case(
        *("raspberry-pi-4", "tflite-runtime", "warning", "20 times slower", "pip uninstall"),
        facts={"packages": {"tflite-runtime": "2.14.0", "numpy": "1.26.4"}},
    ),
    "two ONNX Runtimes": Case(
        *("jetson-orin-nx", "ONNX Runtime", "warning", "overwrite each other", "pip uninstall"),
        facts={"packages": {"onnxruntime": "1.23.0", "onnxruntime-gpu": "1.23.0"}},
    ),
    "no CUDA on a Jetson": Case(
        *("jetson-orin-nano", "accelerator", "warning", "no CUDA and no TensorRT", "JetPack"),
        board={"engines": (ONNX,)},
    ),
    "no VNNI": Case(
        *("x86-64", "overflow", "warning", "without VNNI", "fe-board check"),
        board={"engines": (LITERT, ONNX)},
    ),
    "OpenCV without GStreamer": Case(
        *("jetson-orin-nano", "OpenCV", "failure", "no GStreamer", "--system-site-packages"),
        facts={"opencv": Outcome(found=False)},
    ),
    "OpenCV that wants a screen": Case(
        *("x86-64", "OpenCV", "failure", "libGL.so.1", "opencv-python-headless"),
        facts={"opencv": Outcome(fault="cannot be imported (ImportError: libGL.so.1: no such)")},
    ),
    "OpenCV for NumPy 1": Case(
        *("jetson-orin-nx", "OpenCV", "failure", "multiarray", "numpy<2"),
        facts={"opencv": Outcome(fault="cannot be imported (numpy.core.multiarray failed)")},
    ),
    "OpenCV that is half there": Case(
        *("x86-64", "OpenCV", "failure", "no module", "--force-reinstall"),
        facts={"opencv": Outcome(fault="cannot be imported (no module cv2.gapi)")},
    ),
    "closed environment": Case(
        *("raspberry-pi-5", "Picamera2", "failure", "No module named", "--system-site-packages"),
        facts={"picamera2": Outcome(fault="cannot be imported (No module named 'libcamera')")},
    ),
    "Picamera2 is absent, and a USB camera there": Case(
        *("raspberry-pi-5", "Picamera2", "warning", "No module named", "apt install"),
        facts={
            "picamera2": Outcome(fault="cannot be imported (No module named 'picamera2')"),
            "camera_packages": False,
        },
        board={"cameras": (Sight("v4l2:///dev/video0", "Webcam"),)},
    ),
    "Picamera2 for NumPy 1": Case(
        *("raspberry-pi-4", "Picamera2", "failure", "dtype size changed", "numpy<2"),
        facts={"picamera2": Outcome(fault="cannot be imported (numpy.dtype size changed)")},
    ),
    "not in the group video": Case(
        *("rock-5b", "video devices", "failure", "/dev/video0, /dev/video1", "usermod"),
        facts={"devices": {"/dev/video0": False, "/dev/video1": False}},
    ),
    "one device of another": Case(
        *("rock-5b", "video devices", "warning", "/dev/video1", "usermod"),
        facts={"devices": {"/dev/video0": True, "/dev/video1": False}},
    ),
    "weak supply": Case(
        *("raspberry-pi-5", "power", "warning", "too low now", "power supply"),
        facts={"reading": BoardReading(50.0, throttled=True, reasons=("under-voltage",))},
    ),
    "weak supply some time ago": Case(
        *("raspberry-pi-5", "power", "warning", "though not now", "power supply"),
        facts={"reading": BoardReading(50.0, throttled=False, past=("under-voltage",))},
    ),
    "hot": Case(
        *("raspberry-pi-5", "heat", "warning", "84 degrees", "cooler"),
        facts={"reading": BoardReading(84.2, throttled=False)},
    ),
    "slowed down": Case(
        *("raspberry-pi-3b-plus", "heat", "warning", "62 degrees, soft temperature", "cooler"),
        facts={"reading": BoardReading(62.0, throttled=True, reasons=("soft temperature limit",))},
    ),
    "powersave": Case(
        *("jetson-agx-orin", "governor", "warning", "powersave", "schedutil"),
        board={"governor": "powersave, schedutil"},
    ),
    "no swap": Case(
        *("raspberry-pi-zero-2-w", "memory", "warning", "416 MiB of memory and no swap", "swap"),
    ),
    "full disk": Case(
        *("compute-module-4", "disk", "warning", "90 MiB are free where packages", "make room"),
        facts={"disk_mb": 90},
    ),
    "small temporary folder": Case(
        *("raspberry-pi-zero-2-w", "disk", "warning", "208 MiB are free where pip", "TMPDIR"),
        facts={"temporary_mb": 208},
    ),
    "choice without its interpreter": Case(
        *("x86-64-vnni", "choice", "failure", "wants openvino", "featherface-edge[openvino]"),
        facts={"choice": replace(CHOICE, engine="openvino")},
    ),
    "choice of another board": Case(
        *("x86-64-vnni", "choice", "warning", "another kind of board", "fe-bench --pick"),
        facts={"choice": replace(CHOICE, board="000000000000")},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_fault_is_found_and_cured(tmp_path: Path, case: Case) -> None:
    facts = healthy(tmp_path, case.profile)
    board = facts.board
    changes = dict(case.board)
    if "python" in changes:
        board = replace(board, system=replace(board.system, python=str(changes.pop("python"))))
    facts = replace(facts, board=replace(board, **changes), **case.facts)
    finding = examine(facts)[case.check]
    assert finding.severity == case.severity
    assert case.said in finding.found
    assert case.cure in finding.cure


def test_every_check_has_a_fault_that_it_finds() -> None:
    silent = {"profile"}  # says only what fits
    assert {case.check for case in CASES.values()} == {check.name for check in CHECKS} - silent


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"raspberry-pi-zero-2-w"}))
def test_a_healthy_board_is_fine(tmp_path: Path, name: str) -> None:
    findings = examine(replace(healthy(tmp_path, name), choice=CHOICE))
    assert {finding.severity for finding in findings.values()} == {"ok"}
    assert exit_status(list(findings.values())) == 0


def test_the_gravest_finding_is_the_exit_status() -> None:
    fine, warning, failure = (Finding(each, "") for each in ("ok", "warning", "failure"))
    assert exit_status([fine, warning, fine]) == 1
    assert exit_status([failure, warning, fine]) == 3


def test_a_machine_that_tells_nothing_is_no_error() -> None:
    findings = examine(Facts(board=Board(bits=64)))
    assert findings["interpreters"].severity == "failure"
    assert "fe-board new" in findings["profile"].found


def test_the_facts_of_this_machine_are_gathered(tmp_path: Path) -> None:
    root = make_root(tmp_path, KINDS["raspberry-pi-5"])
    (root / "usr/lib/python3/dist-packages/picamera2").mkdir(parents=True)
    (root / "dev").mkdir()
    (root / "dev/video0").touch()
    (root / "dev/video-decoder").touch()
    board = probe(root, Asked("3.11.2", 64, lambda: (LITERT,), no_cameras))
    facts = gather(board, root)
    assert facts.profile is not None
    assert facts.profile.name == "raspberry-pi-5"
    assert facts.reading.temperature_c == 48.312
    assert facts.camera_packages
    assert facts.devices == {"/dev/video0": True}
    assert facts.packages["numpy"]
    assert not facts.opencv.fault
    assert facts.picamera2 is not None
    assert facts.disk_mb
