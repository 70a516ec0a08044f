"""fe-board probe: what a machine says of itself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from featherface_boards.probe import Board, Engine, Sight, System, Zone, decode, encode, probe
from featherface_boards.probe.probing import Asked

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


def no_camera(_root: Path) -> tuple[Sight, ...]:
    return ()


NOBODY = Asked("3.11.2", 64, lambda: (), no_camera)


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
