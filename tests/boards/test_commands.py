"""fe-board list, show, new, probe and doctor on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from featherface_boards.commands.new import write_profile
from featherface_boards.probe import Asked, decode, probe
from featherface_boards.probe.probing import no_cameras
from featherface_boards.profile import load, shelved
from featherface_edge.cli import main
from featherface_runtime.choice import Choice, read, write
from tests.boards.roots import KINDS, make_root

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CHOICE = Choice("edge", "litert", "int8", 2, (320, 320))


def test_list_shows_every_profile(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["board", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0].rstrip("*") for line in lines[1:-2]] == list(shelved())
    assert main(["board", "list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(shelved())


def test_show_tells_all_of_a_profile(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["board", "show", "raspberry-pi-zero-2-w"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    profile = load("raspberry-pi-zero-2-w")
    for text in (profile.title, *profile.install, *(trap.cure for trap in profile.traps)):
        assert " ".join(text.split()) in said


def test_show_refuses_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["board", "show", "raspberry-pi-40"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_probe_looks_at_another_root(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make_root(tmp_path, KINDS["jetson-orin-nano"])
    assert main(["board", "probe", "--root", str(root), "--json"]) == 0
    board = decode(json.loads(capsys.readouterr().out))
    assert board.cpu == "6 x Cortex-A78AE"
    assert main(["board", "probe", "--root", str(root)]) == 0
    said = capsys.readouterr().out
    assert board.fingerprint in said
    assert "JetPack 6.2" in said
    assert main(["board", "probe", "--root", str(tmp_path / "absent")]) == 2


def test_probe_shows_no_control_characters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_root(tmp_path, KINDS["rock-5b"])
    (root / "proc/device-tree/model").write_text("evil \x1b[2J board")
    assert main(["board", "probe", "--root", str(root)]) == 0
    said = capsys.readouterr().out
    assert "evil ?[2J board" in said
    assert "\x1b" not in said


def test_doctor_says_how_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["board", "doctor", "--json"])
    findings = json.loads(capsys.readouterr().out)
    worst = {each["severity"] for each in findings.values()}
    assert status == (3 if "failure" in worst else 1 if "warning" in worst else 0)
    assert findings["bits"]["severity"] == "ok"
    assert main(["board", "doctor"]) == status
    assert "bits: 64-bit Python" in capsys.readouterr().out


def test_doctor_refuses_a_wrong_profile_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "board.toml"
    file.write_text("[choice]\nmodel = 3\n")
    monkeypatch.setenv("FEATHERFACE_CONFIG", str(file))
    assert main(["board", "doctor"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "board.toml" in said.err


def test_a_new_profile_can_be_used(tmp_path: Path) -> None:
    root = make_root(tmp_path / "root", KINDS["rock-5b"])
    board = probe(root, Asked("3.11.2", 64, tuple, no_cameras))
    profile = load(str(write_profile(board, "aarch64", tmp_path / "mine.toml")))
    assert profile.name == "mine"
    assert profile.title == "Radxa ROCK 5B"
    assert profile.hardware.compatible == ("radxa,rock-5b",)
    assert profile.hardware.soc == "4 x Cortex-A55, 4 x Cortex-A76"
    assert profile.advice == load("aarch64").advice


def test_new_writes_the_user_s_own_profile_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "board.toml"
    monkeypatch.setenv("FEATHERFACE_CONFIG", str(file))
    write(CHOICE, file)
    assert main(["board", "new", "--like", "aarch64"]) == 0
    assert read(file) == CHOICE
    before = file.read_bytes()
    assert main(["board", "new", "--like", "aarch64"]) == 2
    assert "holds a profile already" in capsys.readouterr().err
    assert file.read_bytes() == before
    assert main(["board", "show"]) == 0
    assert "because" in capsys.readouterr().out


def test_new_says_where_it_cannot_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main(["board", "new", "--like", "aarch64", "--out", str(tmp_path / "file/x.toml")]) == 2
    assert "cannot be" in capsys.readouterr().err
    assert main(["board", "new", "--like", "nothing", "--out", str(tmp_path / "x.toml")]) == 2
    assert not (tmp_path / "x.toml").exists()
