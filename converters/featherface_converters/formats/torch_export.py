"""torch.export: a program of ATen operators in a .pt2 file."""

from __future__ import annotations

import zipfile
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

TRACES = ("stack_trace", "from_node")  # places in source files, and in memory


class TorchExportTarget:
    """An exported program."""

    def __init__(self, options: Options) -> None:
        self.recipe = Recipe(TARGETS["torch-export"], ("torch",), options=options)

    def write(self, job: Job, path: Path) -> None:
        """Writes the program."""
        with quiet():
            program = torch.export.export(from_canvas(job.graph), (blank(job),))
            for node in program.graph.nodes:
                for trace in TRACES:
                    node.meta.pop(trace, None)
            torch.export.save(program, path)

    def embed(self, path: Path, manifest: str) -> None:
        """Puts the manifest beside the program, in place of an earlier one."""
        put_manifest(path, manifest)


def open_target(options: Options) -> TorchExportTarget:
    """The target of exported programs."""
    return TorchExportTarget(options)


def open_backend(path: Path, options: BackendOptions) -> TorchBackend:  # noqa: ARG001 - as all do
    """The program in PyTorch, on the threads that PyTorch has.

    Raises: ModelFileError when it is not one of ours.
    """
    found: dict[str, Any] = {MANIFEST_NAME: ""}
    try:
        with quiet():
            program = torch.export.load(path, extra_files=found).module(check_guards=False)
    except (RuntimeError, ValueError, zipfile.BadZipFile) as error:
        refuse(path, error)
    return TorchBackend(require_manifest(path, found[MANIFEST_NAME] or None), program)
