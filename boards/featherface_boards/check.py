"""fe-board check: the seal, the signature and the self-check of a model file."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from featherface_edge.errors import ModelFileError
from featherface_edge.optional import load
from featherface_edge.spec import from_json, read_seal
from featherface_runtime.backends import BACKENDS, BackendOptions, open_backend
from featherface_runtime.trust import replay, require_agreement
from featherface_runtime.zoo import model_file

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator

    from featherface_edge.spec import Seal
    from featherface_runtime.trust import Replay


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-board check takes."""
    parser.add_argument("model", metavar="MODEL", help="a model file, or the name of a shipped one")
    parser.add_argument(
        "--trust",
        type=Path,
        metavar="KEY",
        help="wanted: a signature by the owner of this public Ed25519 key (PEM or OpenSSH)",
    )
    parser.add_argument(
        "--warn", action="store_true", help="go on where a check fails, and give exit status 0"
    )
    parser.add_argument("--provider", help="device or execution provider of the interpreter")


def run(args: argparse.Namespace) -> int:
    """Show what each check finds; give 0.

    Raises: ModelFileError at the first check that fails, unless args.warn.
    """
    with model_file(args.model) as path:
        with _failing(warn=args.warn):
            _check_seal(path, args.trust)
        with _failing(warn=args.warn):
            _check_numbers(path, BackendOptions(provider=args.provider))
    return 0


@contextmanager
def _failing(*, warn: bool) -> Generator[None, None, None]:
    try:
        yield
    except ModelFileError as error:
        if not warn:
            raise
        sys.stderr.write(f"warning: {error}\n")


def _check_seal(path: Path, key: Path | None) -> None:
    if key is not None:
        signature = load("featherface_runtime.trust.signature", "--trust", "trust")
        trusted = signature.public_key(key)
        seal = read_seal(path)
        signature.require_signature(seal, trusted, path.name)
        _show("seal", f"unchanged since {key.name} signed it")
    else:
        _show("seal", _described(read_seal(path)))


def _described(seal: Seal | None) -> str:
    if seal is None:
        return "none, so nothing says whether the file is unchanged: made by an earlier release"
    if seal.key:
        return f"unchanged; signed by {seal.key.hex()}, to be compared with --trust KEY"
    return "unchanged; not signed"


def _check_numbers(path: Path, options: BackendOptions) -> None:
    backend = open_backend(path, options)
    try:
        spec = from_json(backend.manifest)
        size = spec.preprocessing
        _show("model", f"{spec.network} {size.width}x{size.height} {spec.precision}")
        _show("engine", backend.engine)
        begun = perf_counter()
        found = replay(backend, spec)
        _show("inputs", f"{found.inputs} in {perf_counter() - begun:.2f} s")
    finally:
        backend.close()
    _show_maps(found)
    require_agreement(found, path.name, BACKENDS[path.suffix.lower()].suspects)
    _show("verdict", "the same bits" if found.exact else "the same within rounding")
    if found.remark:
        _show("note", found.remark)


def _show_maps(found: Replay) -> None:
    """Show each map's deviation and the most that it may be, in deviations of its values."""
    for name, deviation in found.deviations.items():
        wrong = " wrong" if name in found.wrong else ""
        _show(name, f"off by {deviation:.4f}, at most {found.tolerances[name]:.4f}{wrong}")


def _show(title: str, text: str) -> None:
    sys.stdout.write(f"{title:<12} {text}\n")
