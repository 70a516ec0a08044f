"""TorchScript: a traced program that PyTorch and LibTorch run without our code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from featherface_converters.formats.capability import TARGETS
from featherface_converters.formats.torch_engine import (
    MANIFEST_NAME,
    TorchBackend,
    blank,
    from_canvas,
    put_manifest,
)
from featherface_converters.target import Recipe
from featherface_edge.quiet import quiet
from featherface_runtime.backends.checks import refuse, require_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_converters.formats.options import Options
    from featherface_converters.target import Job
    from featherface_runtime.backends import BackendOptions


class TorchscriptTarget:
    """TorchScript by tracing."""

    def __init__(self, options: Options) -> None:
        self.recipe = Recipe(TARGETS["torchscript"], ("torch",), options=options)

    def write(self, job: Job, path: Path) -> None:
        """Writes the program."""
        with quiet(), torch.inference_mode():
            program: Any = torch.jit.trace(  # type: ignore[no-untyped-call]
                from_canvas(job.graph), blank(job)
            )
            torch.jit.save(program, path)

    def embed(self, path: Path, manifest: str) -> None:
        """Puts the manifest beside the program's code, in place of an earlier one."""
        put_manifest(path, manifest)


def open_target(options: Options) -> TorchscriptTarget:
    """The TorchScript target."""
    return TorchscriptTarget(options)


def open_backend(path: Path, options: BackendOptions) -> TorchBackend:  # noqa: ARG001 - as all do
    """The program in PyTorch, on the threads that PyTorch has.

    Raises: ModelFileError when it is not one of ours.
    """
    found: dict[str, Any] = {MANIFEST_NAME: ""}
    program = _loaded(path, found)
    held = found[MANIFEST_NAME]
    text = held.decode() if isinstance(held, bytes) else str(held)  # bytes where there was one
    return TorchBackend(require_manifest(path, text or None), program)


def _loaded(path: Path, found: dict[str, Any]) -> Any:  # noqa: ANN401 - the vendor's object
    try:
        with quiet():
            return torch.jit.load(path, _extra_files=found)  # type: ignore[no-untyped-call]
    except RuntimeError as error:
        refuse(path, error)
