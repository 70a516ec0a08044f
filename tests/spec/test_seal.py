from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherface_edge.errors import ModelFileError
from featherface_edge.spec import BLANK, SIGNED, Seal, read_seal, write_seal

if TYPE_CHECKING:
    from pathlib import Path

HEAD, TAIL = b"before \x00\xff", b" after"
KEY, SIGNATURE = b"k" * 32, b"s" * 64


def sealed(path: Path, *, signed: bool = False) -> Path:
    path.write_bytes(HEAD + BLANK.encode() + TAIL)
    write_seal(path, (lambda _: (KEY, SIGNATURE)) if signed else None)
    return path


def test_a_seal_holds_what_the_format_says(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    content = HEAD + BLANK.encode() + TAIL
    seal = read_seal(sealed(path, signed=True))
    expected = hashlib.sha256(len(content).to_bytes(8, "big") + content).digest()
    assert seal == Seal(expected, KEY, SIGNATURE)
    check = hashlib.sha256(expected + KEY + SIGNATURE).hexdigest()
    assert f"featherface-seal-1:{check}:{KEY.hex()}:{SIGNATURE.hex()}:".encode() in (
        path.read_bytes()
    )


def test_what_is_signed_is_the_content(tmp_path: Path) -> None:
    given: list[bytes] = []

    def sign(message: bytes) -> tuple[bytes, bytes]:
        given.append(message)
        return KEY, SIGNATURE

    path = tmp_path / "a.onnx"
    path.write_bytes(BLANK.encode())
    seal = write_seal(path, sign)
    assert given == [SIGNED + seal.content]


def test_nobody_need_sign(tmp_path: Path) -> None:
    seal = read_seal(sealed(tmp_path / "a.onnx"))
    assert seal is not None
    assert (seal.key, seal.signature) == (b"", b"")


@pytest.mark.parametrize("signed", [False, True])
def test_every_changed_bit_is_found(tmp_path: Path, *, signed: bool) -> None:
    path = sealed(tmp_path / "a.onnx", signed=signed)
    whole = path.read_bytes()
    for place in range(len(whole)):
        for bit in (0, 5):  # 5 turns small letters into capitals
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            path.write_bytes(changed)
            with pytest.raises(ModelFileError, match=r"a\.onnx was changed or damaged"):
                read_seal(path)


def test_what_is_added_or_cut_is_found(tmp_path: Path) -> None:
    path = sealed(tmp_path / "a.onnx")
    whole = path.read_bytes()
    for changed in (whole + b"\0", whole[:-1], whole + whole, whole[len(HEAD) + 9 :]):
        path.write_bytes(changed)
        with pytest.raises(ModelFileError, match="fetch it anew"):
            read_seal(path)


def test_every_part_counts(tmp_path: Path) -> None:
    path, weights = tmp_path / "a.xml", tmp_path / "a.bin"
    weights.write_bytes(b"weights")
    sealed(path)
    assert read_seal(path) is not None
    weights.write_bytes(b"Weights")
    with pytest.raises(ModelFileError, match="another SHA-256"):
        read_seal(path)
    weights.unlink()
    with pytest.raises(ModelFileError, match=r"a\.xml has no a\.bin beside it"):
        read_seal(path)


def test_bytes_cannot_wander_from_part_to_part(tmp_path: Path) -> None:
    path, weights = tmp_path / "a.xml", tmp_path / "a.bin"
    weights.write_bytes(b"weights b")
    sealed(path)
    weights.write_bytes(b"weights ")
    path.write_bytes(b"b" + path.read_bytes())
    with pytest.raises(ModelFileError, match="another SHA-256"):
        read_seal(path)


def test_a_blank_seal_is_a_broken_one(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(BLANK.encode())
    with pytest.raises(ModelFileError, match="changed or damaged"):
        read_seal(path)


@given(st.binary(max_size=200))
def test_other_files_have_no_seal(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "other.onnx"
    path.write_bytes(content)
    assert read_seal(path) is None


@pytest.mark.parametrize("content", [b"", BLANK.encode() * 2])
def test_there_is_one_place_for_a_seal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.onnx holds \d blank seals, wanted 1"):
        write_seal(path)
    assert path.read_bytes() == content


def test_a_signature_comes_with_its_key() -> None:
    with pytest.raises(ValueError, match="wanted"):
        Seal(bytes(32), key=KEY)
