"""Files written whole or not at all, and their fingerprints."""

from __future__ import annotations

import hashlib
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

_BLOCK_BYTES = 1 << 20
_READABLE = 0o644
_SHA256 = re.compile(r"[0-9a-f]{64}")


@contextmanager
def replacing(path: Path) -> Generator[Path, None, None]:
    """Give a path of the same name in a fresh folder; in the end the file there becomes `path`.

    When the block raises, or leaves no file there, `path` stays as it was. Its folder is made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        fresh = Path(folder) / path.name
        yield fresh
        fresh.chmod(_READABLE)  # some writers make files that their owner alone can read
        fresh.replace(path)


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all."""
    with replacing(path) as fresh:
        fresh.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` in UTF-8, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def sha256_file(path: Path) -> str:
    """Give the SHA-256 of the file's bytes, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def require_sha256(name: str, value: str) -> None:
    """Raise ValueError unless the value is a SHA-256 as text; name: what it is, for the message."""
    if _SHA256.fullmatch(value) is None:
        message = f"{name} is {value!r:.80}, wanted 64 lower-case hexadecimal digits"
        raise ValueError(message)
