"""Pairs of keys in the files that OpenSSL and OpenSSH write."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

    from featherface_edge.spec import Sign

    Private: TypeAlias = Ed25519PrivateKey | RSAPrivateKey
    Public: TypeAlias = Ed25519PublicKey | RSAPublicKey


class Keys(NamedTuple):
    """The files of a pair of Ed25519 keys, an RSA key beside them, and what signs with the pair."""

    private_pem: Path
    private_ssh: Path
    locked_pem: Path
    public_pem: Path
    public_ssh: Path
    public_rsa: Path
    private_rsa: Path
    public_hex: str
    sign: Sign


def make_keys(folder: Path) -> Keys:
    """Give a fresh pair in the folder."""
    ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
    forms = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    private = ed25519.Ed25519PrivateKey.generate()
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = private.public_key().public_bytes_raw()

    def secret(name: str, form: str, key: Private, password: bytes = b"") -> Path:
        lock = forms.BestAvailableEncryption(password) if password else forms.NoEncryption()
        path = folder / name
        encoding = forms.Encoding.PEM
        path.write_bytes(key.private_bytes(encoding, getattr(forms.PrivateFormat, form), lock))
        return path

    def open_(name: str, encoding: str, form: str, key: Public) -> Path:
        path = folder / name
        path.write_bytes(
            key.public_bytes(getattr(forms.Encoding, encoding), getattr(forms.PublicFormat, form))
        )
        return path

    def sign(message: bytes) -> tuple[bytes, bytes]:
        return public, private.sign(message)

    return Keys(
        private_pem=secret("private.pem", "PKCS8", private),
        private_ssh=secret("id_ed25519", "OpenSSH", private),
        locked_pem=secret("locked.pem", "PKCS8", private, b"word"),
        public_pem=open_("public.pem", "PEM", "SubjectPublicKeyInfo", private.public_key()),
        public_ssh=open_("id_ed25519.pub", "OpenSSH", "OpenSSH", private.public_key()),
        public_rsa=open_("rsa.pub", "PEM", "SubjectPublicKeyInfo", other.public_key()),
        private_rsa=secret("rsa.pem", "PKCS8", other),
        public_hex=public.hex(),
        sign=sign,
    )
