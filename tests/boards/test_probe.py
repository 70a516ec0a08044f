"""fe-board probe: what a machine says of itself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from featherface_boards.probe import Board, Engine, Sight, System, Zone, decode, encode, probe
from featherface_boards.probe.engines import PACKAGES, Package, engines
from featherface_boards.probe.probing import Asked, no_cameras
from featherface_boards.probe.trial import Outcome, Trial
from tests.boards.roots import KINDS, make_root

if TYPE_CHECKING:
    from pathlib import Path

BOARD = Board(
    model="Raspberry Pi 5 Model B Rev 1.0",
    compatible=("raspberrypi,5-model-b", "brcm,bcm2712"),
    arch="aarch64",
    bits=64,
    cpu="4 x Cortex-A76",
    features=("asimd", "asimddp"),
    cores=4,
    memory_mb=8063,
    system=System("Debian GNU/Linux 13 (trixie)", "6.12.47", "", "3.13.5"),
    engines=(Engine("onnxruntime", "1.31.1", ("CPU",)), Engine("openvino", "2026.4.1", fault="x")),
    cameras=(Sight("picamera2://0", "imx708"),),
    zones=(Zone("cpu-thermal", 51.5), Zone("off", None)),
)


NOBODY = Asked("3.11.2", 64, tuple, no_cameras)


def test_a_board_survives_json() -> None:
    assert decode(json.loads(json.dumps(encode(BOARD)))) == BOARD


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cores": "4"}, "board.cores is '4', wanted a whole number"),
        ({"cores": 3}, "fingerprint"),
        ({"serial": "1"}, "unknown serial"),
        ({"zones": [{"name": "a", "temperature_c": "hot"}]}, "wanted a number"),
    ],
    ids=["kind", "fingerprint", "unknown", "inner"],
)
def test_a_wrong_board_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        decode(json.loads(json.dumps({**encode(BOARD), **change})))


def test_the_fingerprint_is_of_the_hardware() -> None:
    fresh = replace(BOARD, engines=(), memory_mb=8058, features=(*BOARD.features, "new"))
    assert fresh.fingerprint == BOARD.fingerprint
    assert replace(BOARD, features=("asimd",)).fingerprint != BOARD.fingerprint
    assert replace(BOARD, bits=32).fingerprint != BOARD.fingerprint


def test_a_machine_that_tells_nothing(tmp_path: Path) -> None:
    assert probe(tmp_path, NOBODY) == Board(bits=64, system=System(python="3.11.2"))


def test_this_machine_is_probed() -> None:
    board = probe(asked=NOBODY)
    assert board.arch
    assert board.cores > 0
    assert board.memory_mb > 0


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_board_is_known(tmp_path: Path, name: str) -> None:
    kind = KINDS[name]
    board = probe(make_root(tmp_path, kind), NOBODY)
    assert board.model == kind.model
    assert board.compatible == kind.compatible
    assert board.arch == ("aarch64" if kind.parts else "x86_64")
    assert board.cores == (len(kind.parts) or 4)
    assert board.memory_mb == kind.memory_mb
    assert set(board.features) == set(kind.features.split())
    assert board.system.os == kind.os
    assert decode(json.loads(json.dumps(encode(board)))) == board


def test_all_that_a_raspberry_pi_tells(tmp_path: Path) -> None:
    board = probe(make_root(tmp_path, replace(KINDS["raspberry-pi-4"], swap_mb=512)), NOBODY)
    assert board.cpu == "4 x Cortex-A72"
    assert board.clock_mhz == 1800
    assert board.governor == "ondemand"
    assert board.swap_mb == 512
    assert board.zones == (Zone("cpu-thermal", 48.312),)
    assert board.counted == ("asimd",)
    assert board.system.kernel == "6.12.47+rpt-rpi-v8"


def test_all_that_a_jetson_tells(tmp_path: Path) -> None:
    board = probe(make_root(tmp_path, KINDS["jetson-orin-nano"]), NOBODY)
    assert board.system.vendor == "L4T 36.4.3 (JetPack 6.2)"
    assert board.zones[1] == Zone("gpu-thermal", None)  # powered down
    assert board.cpu == "6 x Cortex-A78AE"


@pytest.mark.parametrize(
    ("release", "said"),
    [
        ("32.7.4", "L4T 32.7.4 (JetPack 4.6)"),
        ("36.4.4", "L4T 36.4.4 (JetPack 6.2.1)"),
        ("36.4.30", "L4T 36.4.30"),
        ("99.1", "L4T 99.1"),
    ],
)
def test_a_jetson_without_its_release_file(tmp_path: Path, release: str, said: str) -> None:
    packages = tmp_path / "var/lib/dpkg/status"
    packages.parent.mkdir(parents=True)
    packages.write_text(
        "Package: bash\nVersion: 5.1-6\n\nPackage: nvidia-l4t-core\nStatus: install ok installed\n"
        f"Version: {release}-20240101\n\n"
    )
    assert probe(tmp_path, NOBODY).system.vendor == said


def test_big_and_small_cores_are_told_apart(tmp_path: Path) -> None:
    board = probe(make_root(tmp_path, KINDS["rock-5b"]), NOBODY)
    assert board.cpu == "4 x Cortex-A55, 4 x Cortex-A76"


def test_an_unknown_core_is_shown_by_its_numbers(tmp_path: Path) -> None:
    kind = replace(KINDS["aarch64"], parts=(0xABC,))
    assert probe(make_root(tmp_path, kind), NOBODY).cpu == "1 x part 0xabc of maker 0x41"


def test_zones_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    zones = tuple((f"zone-{index}", "40000") for index in range(12))
    board = probe(make_root(tmp_path, replace(KINDS["aarch64"], zones=zones)), NOBODY)
    assert [each.name for each in board.zones] == [name for name, _ in zones]


def test_files_full_of_nonsense_tell_nothing(tmp_path: Path) -> None:
    root = make_root(tmp_path, KINDS["raspberry-pi-5"])
    for file in root.rglob("*"):
        if file.is_file():
            file.write_bytes(b"\xff\xfe:\0=\n: :\n" * 50)
    board = probe(root, NOBODY)
    assert (board.cores, board.memory_mb, board.clock_mhz) == (0, 0, 0)
    assert decode(json.loads(json.dumps(encode(board)))) == board


def test_a_number_of_thousands_of_digits_is_none(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text(f"MemTotal: {'9' * 5000} kB\nSwapTotal: \u00b2 kB\n")
    assert probe(tmp_path).memory_mb == 0


def test_a_32_bit_kernel_is_told_from_the_features(tmp_path: Path) -> None:
    kind = replace(KINDS["raspberry-pi-4"], features="half thumb fastmult vfp neon vfpv4")
    assert probe(make_root(tmp_path, kind), NOBODY).arch == "armv7l"
    (tmp_path / "proc/sys/kernel/arch").write_text("armv8l\n")
    assert probe(tmp_path, NOBODY).arch == "armv8l"


def test_interpreters_are_tried_in_processes_of_their_own() -> None:
    dying = "import os, signal; os.kill(os.getpid(), signal.SIGILL)"
    packages = (
        Package("good", "print('noise'); found = ['CUDAExecutionProvider', 'CPU']"),
        Package("wrong-wheel", dying),
        Package("half", "import nothing_of_this_name"),
        Package("absent", "raise SystemExit(9)"),
    )
    found = engines(packages, lambda name: "" if name == "absent" else "1.2")
    assert found == (
        Engine("good", "1.2", ("CUDA", "CPU")),
        Engine("wrong-wheel", "1.2", fault="dies of SIGILL"),
        Engine("half", "1.2", fault=found[2].fault),
    )
    assert "No module named 'nothing_of_this_name'" in found[2].fault


def test_an_interpreter_that_hangs_is_given_up() -> None:
    outcome = Trial("import time; time.sleep(600)").outcome(patience=0.1)
    assert outcome == Outcome(fault="does not open within 0 s")


def test_a_python_that_cannot_be_started_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert Trial("found = 1").outcome().fault == "cannot be tried (No such file or directory)"


@pytest.mark.onnx
def test_a_real_interpreter_is_found() -> None:
    (engine,) = engines([each for each in PACKAGES if each.name == "onnxruntime"])
    assert "CPU" in engine.providers
    assert not engine.fault
