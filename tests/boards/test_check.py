from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_boards.cli import ACTIONS
from featherface_edge.cli import main
from featherface_edge.spec import to_json
from tests.fakes import model_spec
from tests.runtime.model_files import write_onnx
from tests.runtime.trust.sealed_files import write_sealed

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.spec import ModelSpec
    from tests.keys import Keys

pytestmark = pytest.mark.onnx
SPEC = model_spec(96, 64)


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.onnx"
    write_sealed(path, SPEC, write_onnx)
    return path


def changed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def doubtful(path: Path, spec: ModelSpec) -> None:
    """Let the file expect other values, under no seal."""
    assert spec.checks is not None
    tolerances = {name: value / 1e6 for name, value in spec.checks.tolerances.items()}
    wrong = replace(spec.checks, tolerances=tolerances)
    write_onnx(path, SPEC, manifest=to_json(replace(spec, seal="", checks=wrong)))


def test_a_sound_file_is_said_to_be_one(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["board", "check", str(path)]) == 0
    said = capsys.readouterr()
    lines = dict(line.split(maxsplit=1) for line in said.out.splitlines())
    assert lines["seal"] == "unchanged; not signed"
    assert lines["model"] == "edge 96x64 float32"
    assert lines["engine"].startswith("onnxruntime ")
    assert lines["inputs"].startswith("4 in 0.")
    assert lines["cls_8"] == "off by 0.0000, at most 0.0005"
    assert lines["verdict"] == "the same bits"
    assert said.err == ""


def test_a_changed_byte_is_status_2(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(path)
    assert main(["board", "check", str(path)]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"fe board: {path} was changed or damaged after it was made")
    assert said.err.count("\n") == 1


def test_doubts_may_be_warnings(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"version": "0.1.0"', b'"version": "0.1.1"'))
    assert main(["board", "check", str(path), "--warn"]) == 0
    said = capsys.readouterr()
    assert said.err.startswith(f"warning: {path} was changed")
    assert "the same bits" in said.out


def test_other_numbers_are_status_2(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from featherface_runtime.backends import onnx as backend  # noqa: PLC0415

    exact = backend.OnnxBackend.infer

    def noisy(self: backend.OnnxBackend, canvas: np.ndarray) -> list[np.ndarray]:
        return [each + np.float32(0.5) for each in exact(self, canvas)]

    monkeypatch.setattr(backend.OnnxBackend, "infer", noisy)
    assert main(["board", "check", str(path)]) == 2
    said = capsys.readouterr()
    assert "tiny.onnx does not compute here what it did where it was made" in said.err
    assert "(9 of 9 maps are wrong, in onnxruntime" in said.err
    assert said.out.count(" wrong\n") == 9
    assert main(["board", "check", str(path), "--warn"]) == 0


def test_what_was_made_before_seals_is_said_to_be_unknown(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_onnx(path, SPEC)
    assert main(["board", "check", str(path)]) == 2
    said = capsys.readouterr()
    assert "none, so nothing says whether the file is unchanged" in said.out
    assert "edge carries no self-check" in said.err


def test_a_trusted_signature(path: Path, keys: Keys, capsys: pytest.CaptureFixture[str]) -> None:
    write_sealed(path, SPEC, write_onnx, keys.sign)
    assert main(["board", "check", str(path)]) == 0
    assert f"signed by {keys.public_hex}, to be compared" in capsys.readouterr().out
    for key in (keys.public_pem, keys.public_ssh):
        assert main(["board", "check", str(path), "--trust", str(key)]) == 0
        assert f"unchanged since {key.name} signed it" in capsys.readouterr().out


def test_anybody_else_s_signature_is_refused(
    path: Path, keys: Keys, other_keys: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    trusted = ["--trust", str(keys.public_pem)]
    assert main(["board", "check", str(path), *trusted]) == 2
    assert "tiny.onnx is not signed, wanted a file signed by" in capsys.readouterr().err
    write_sealed(path, SPEC, write_onnx, other_keys.sign)
    assert main(["board", "check", str(path), *trusted]) == 2
    assert f"is signed by {other_keys.public_hex}, wanted the trusted" in capsys.readouterr().err
    write_sealed(path, SPEC, write_onnx, lambda message: (keys.sign(message)[0], b"s" * 64))
    assert main(["board", "check", str(path), *trusted]) == 2
    assert "tiny.onnx has a forged signature" in capsys.readouterr().err
    write_onnx(path, SPEC)
    assert main(["board", "check", str(path), *trusted]) == 2


def test_a_signature_is_of_one_content(
    path: Path, keys: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody can put a signature of one file into another, even with a sound check."""
    kept: list[tuple[bytes, bytes]] = []

    def sign(message: bytes) -> tuple[bytes, bytes]:
        kept.append(keys.sign(message))
        return kept[0]

    write_sealed(path, SPEC, write_onnx, sign)
    write_sealed(path, replace(SPEC, network="mine"), write_onnx, sign)
    assert main(["board", "check", str(path)]) == 0
    assert main(["board", "check", str(path), "--trust", str(keys.public_pem)]) == 2
    assert "tiny.onnx has a forged signature" in capsys.readouterr().err


def test_a_key_that_is_none_is_refused(
    path: Path, keys: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    for key in (keys.private_pem, path, path.with_name("nowhere")):
        assert main(["board", "check", str(path), "--trust", str(key)]) == 2
        assert f"{key} holds no public key (" in capsys.readouterr().err
    assert main(["board", "check", str(path), "--trust", str(keys.public_rsa)]) == 2
    assert "holds another kind of key" in capsys.readouterr().err


def test_help_names_every_action(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["board", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert all(f"{name} {action.summary}" in said for name, action in ACTIONS.items())
