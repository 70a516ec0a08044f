"""fe-bench --ssh: its flags and files go along, and the result comes back."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from featherface_boards.bench import cli
from featherface_boards.bench.files import read_runs
from featherface_boards.bench.remote import command
from featherface_edge.cli import main
from featherface_edge.errors import ModelFileError
from tests.servers.sshd import needs_sshd, ssh_server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def address(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Give the address of a server that the command reaches."""
    with ssh_server(tmp_path_factory.mktemp("sshd")) as server:
        monkeypatch.setenv("FEATHERFACE_SSH", shlex.join(server.command))
        monkeypatch.setenv("FEATHERFACE_SSH_PYTHON", sys.executable)
        yield server.address


def given(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    return parser.parse_args(words)


def test_every_flag_is_dealt_with() -> None:
    known = {*command.ALONG, *command.FOLDERS, *command.HERE}
    assert set(vars(given())) == known


def test_flags_go_along_as_they_were_given(tmp_path: Path) -> None:
    words = [
        *("edge-nano", "--size", "320x256,320x320", "--threads", "1,2", "--pick", "--min-ap", "50"),
        *("--backend", "litert,onnx", "--photos", str(tmp_path), "--ssh", "pi@host", "--out", "x"),
    ]
    args = given(*words)
    arguments, luggage = command.packed_words(args.words, args)
    assert luggage.files == {"photos": tmp_path}
    again = given(*arguments[1:])
    different = {name for name, value in vars(args).items() if getattr(again, name) != value}
    assert different == {"ssh", "out", "photos"}
    assert again.photos == Path("photos")


def test_models_and_rivals_go_along_with_all_their_parts(tmp_path: Path) -> None:
    for name in ("my.xml", "my.bin", "my.onnx"):
        (tmp_path / name).write_bytes(b"model")
    words = [str(tmp_path / "my.xml"), str(tmp_path / "my.onnx"), "edge"]
    args = given(*words, "--against", str(tmp_path / "my.onnx"), "--against", "yunet")
    arguments, luggage = command.packed_words(args.words, args)
    assert arguments[1:4] == ["models/0/my.xml", "models/2/my.onnx", "edge"]
    assert set(luggage.files) == {
        *("models/0/my.xml", "models/0/my.bin", "models/2/my.onnx", "against/3/my.onnx")
    }
    assert "--against=against/3/my.onnx" in arguments
    assert "--against=yunet" in arguments
    with pytest.raises(ModelFileError, match=r"none\.onnx is not there"):
        command.packed_words([str(tmp_path / "none.onnx")], args)


@pytest.mark.slow
@pytest.mark.tflite
@needs_sshd
def test_a_measurement_there_is_a_file_here(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "there.json"
    words = ["edge-pico", "--backend", "litert", "--seconds", "0.2", "--starts", "1"]
    assert main(["bench", *words, "--out", str(out), "--ssh", address]) == 0
    (run,) = read_runs(out)
    assert run.model.name == "edge-pico"
    assert "edge-pico" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.tflite
@needs_sshd
def test_bad_input_there_is_one_line_here(
    address: str, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "there.json"
    assert main(["bench", "edge-giant", "--out", str(out), "--ssh", address]) == 2
    error = capfd.readouterr().err
    assert "no model 'edge-giant' is shipped" in error
    assert "ended with status 2" in error
    assert not out.exists()
