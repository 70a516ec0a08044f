"""Who signed a model file: Ed25519, with key files as OpenSSL and OpenSSH write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key, load_ssh_public_key

from featherface_edge.errors import ModelFileError, UsageError, first_line
from featherface_edge.spec import SIGNED

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.spec import Seal

_PEM = b"-----BEGIN"


def public_key(path: Path) -> Ed25519PublicKey:
    """Give the public key in a file, PEM or OpenSSH.

    Raises: UsageError when there is none.
    """
    try:
        content = path.read_bytes()
        read = load_pem_public_key if content.startswith(_PEM) else load_ssh_public_key
        key = read(content)
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        reason = first_line(error)
        message = (
            f"{path} holds no public key ({reason}), wanted an Ed25519 one in PEM or OpenSSH "
            "form: openssl pkey -in PRIVATE -pubout -out PUBLIC"
        )
        raise UsageError(message) from error
    if not isinstance(key, Ed25519PublicKey):
        message = f"{path} holds another kind of key, wanted an Ed25519 one: make one with openssl"
        raise UsageError(message)
    return key


def require_signature(seal: Seal | None, trusted: Ed25519PublicKey, name: str) -> None:
    """Raise ModelFileError unless the owner of the trusted key signed; name: of the file."""
    if seal is None or not seal.key:
        message = f"{name} is not signed, wanted a file signed by the trusted key: get one"
        raise ModelFileError(message)
    if seal.key != trusted.public_bytes_raw():
        message = (
            f"{name} is signed by {seal.key.hex()}, wanted the trusted "
            f"{trusted.public_bytes_raw().hex()}: get a file that its owner signed"
        )
        raise ModelFileError(message)
    try:
        trusted.verify(seal.signature, SIGNED + seal.content)
    except InvalidSignature as error:
        message = f"{name} has a forged signature: do not use it, get one from the owner of the key"
        raise ModelFileError(message) from error
