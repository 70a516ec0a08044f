"""Signatures of Ed25519, with private keys as OpenSSL and OpenSSH write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_ssh_private_key,
)

from featherface_edge.errors import UsageError, first_line

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.spec import Sign

OPENSSH = b"-----BEGIN OPENSSH"
WANTED = "wanted an Ed25519 one: openssl genpkey -algorithm ed25519 -out KEY"


def signer(path: Path) -> Sign:
    """What signs with the key in this file.

    Raises: UsageError when the file holds no private Ed25519 key, or one under a passphrase.
    """
    try:
        content = path.read_bytes()
        read = load_ssh_private_key if content.startswith(OPENSSH) else load_pem_private_key
        key = read(content, None)
    except (OSError, TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(
            f"{path} holds no open private key ({first_line(error)}), {WANTED}"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path} holds another kind of key, {WANTED}")
    public = key.public_key().public_bytes_raw()
    return lambda message: (public, key.sign(message))
