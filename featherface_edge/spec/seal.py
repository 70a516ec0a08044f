"""The seal of an artifact: a text of fixed length in its manifest, over every byte of its parts.

The text stands as it is in the bytes of one part, whatever the format around it, so that neither
making nor reading a seal needs a package of the format's vendor. It holds three numbers, in
hexadecimal digits: check (32 bytes), key (32) and signature (64)::

    content = SHA-256 of every part's length (8 bytes, big-endian) and bytes, in the order of
              `parts`, the digits of the three numbers being 0
    check   = SHA-256 of content, key and signature

The signature is an Ed25519 one of SIGNED and the content; key and signature are 0 where nobody
signed.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from featherface_edge.errors import ModelFileError
from featherface_edge.files import write_bytes
from featherface_edge.spec.parts import parts, require_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

# Gives the public key (32 bytes) and the signature (64 bytes) of a message.
Sign: TypeAlias = "Callable[[bytes], tuple[bytes, bytes]]"

SIGNED = b"featherface-edge model, seal 1: "  # what is signed starts with it
_HASH_BYTES, _SIGNATURE_BYTES = 32, 64
_START, _END = "featherface-seal-1:", ":featherface-seal-end"
_TEXT = re.compile(f"{_START}([0-9a-f]{{64}}):([0-9a-f]{{64}}):([0-9a-f]{{128}}){_END}")
_BYTES = re.compile(_TEXT.pattern.encode())


@dataclass(frozen=True, slots=True)
class Seal:
    """What a seal says: the SHA-256 of the content, and who signed it; empty where nobody did."""

    content: bytes
    key: bytes = b""
    signature: bytes = b""

    def __post_init__(self) -> None:
        signed = (_HASH_BYTES, _SIGNATURE_BYTES)
        lengths = (len(self.key), len(self.signature))
        if len(self.content) != _HASH_BYTES or lengths not in {(0, 0), signed}:
            raise ValueError(f"key and signature have {lengths} bytes, wanted {signed} or none")

    @property
    def text(self) -> str:
        """The seal as it stands in a manifest."""
        key = self.key or bytes(_HASH_BYTES)
        signature = self.signature or bytes(_SIGNATURE_BYTES)
        check = hashlib.sha256(self.content + key + signature).digest()
        return _written(check, key, signature)


def _written(check: bytes, key: bytes, signature: bytes) -> str:
    return f"{_START}{check.hex()}:{key.hex()}:{signature.hex()}{_END}"


BLANK = _written(bytes(_HASH_BYTES), bytes(_HASH_BYTES), bytes(_SIGNATURE_BYTES))


def require_seal_text(text: str) -> None:
    """Raise ValueError unless the text has the form of a seal."""
    if _TEXT.fullmatch(text) is None:
        raise ValueError(f"seal is {text!r:.60}, wanted one of {len(BLANK)} characters")


def read_seal(path: Path) -> Seal | None:
    """Give the seal of the artifact, after comparing it with every byte; None where it has none.

    Raises: ModelFileError when a part is missing, or a byte is not what it was.
    """
    contents = _contents(path)
    found = [match for content in contents for match in _BYTES.finditer(content)]
    pieces = sum(content.count(mark.encode()) for content in contents for mark in (_START, _END))
    if not pieces:
        return None
    if len(found) != 1 or pieces != len((_START, _END)):
        raise _broken(path, "its seal is damaged")
    _, key, signature = (bytes.fromhex(number.decode()) for number in found[0].groups())
    seal = Seal(_hashed(contents), *((key, signature) if any(key) else ()))
    if seal.text.encode() != found[0].group():
        raise _broken(path, f"its bytes have another SHA-256, {seal.content.hex()}")
    return seal


def write_seal(path: Path, sign: Sign | None = None) -> Seal:
    """Put the seal in the place of BLANK in the artifact's manifest; give it.

    Raises: ValueError when BLANK does not stand there exactly once.
    """
    contents = _contents(path)
    count = sum(content.count(BLANK.encode()) for content in contents)
    if count != 1:
        raise ValueError(f"{path.name} holds {count} blank seals, wanted 1")
    content = _hashed(contents)
    seal = Seal(content, *(sign(SIGNED + content) if sign else ()))
    for part, held in zip(parts(path), contents, strict=True):
        if BLANK.encode() in held:
            write_bytes(part, held.replace(BLANK.encode(), seal.text.encode()))
    return seal


def _contents(path: Path) -> list[bytes]:
    require_parts(path)
    return [part.read_bytes() for part in parts(path)]


def _hashed(contents: Sequence[bytes]) -> bytes:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(_BYTES.sub(BLANK.encode(), content))
    return digest.digest()


def _broken(path: Path, found: str) -> ModelFileError:
    return ModelFileError(
        f"{path} was changed or damaged after it was made ({found}): fetch it anew"
    )
