from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from featherface_edge.files import replacing, require_sha256, sha256_file, write_bytes, write_text

if TYPE_CHECKING:
    from pathlib import Path


def test_the_new_file_takes_the_place(tmp_path: Path) -> None:
    target = tmp_path / "made" / "model.onnx"
    with replacing(target) as fresh:
        assert fresh.name == "model.onnx"
        assert not target.exists()
        fresh.write_text("new")
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "model.onnx"
    target.write_text("old")

    def fail() -> None:
        with replacing(target) as fresh:
            fresh.write_text("half")
            message = "no more space"
            raise OSError(message)

    with pytest.raises(OSError, match="no more space"):
        fail()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_written_is_what_was_given(tmp_path: Path) -> None:
    write_text(tmp_path / "a", "grüezi\n")
    write_bytes(tmp_path / "b", b"\x00\xff")
    assert (tmp_path / "a").read_bytes() == "grüezi\n".encode()
    assert (tmp_path / "b").read_bytes() == b"\x00\xff"


def test_fingerprint_of_a_file(tmp_path: Path) -> None:
    data = b"feather" * 300_000
    (tmp_path / "a").write_bytes(data)
    assert sha256_file(tmp_path / "a") == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("value", ["", "a" * 63, "a" * 65, "A" * 64, "g" * 64, "a" * 64 + "\n"])
def test_what_is_no_sha256_is_refused(value: str) -> None:
    require_sha256("x", "0123456789abcdef" * 4)
    with pytest.raises(ValueError, match=r"x is .* wanted 64 lower-case hexadecimal digits"):
        require_sha256("x", value)
