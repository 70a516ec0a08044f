"""PyTorch's own formats: the program that is saved, its archive, and PyTorch as what runs it.

PyTorch proves them; boards have none.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np
import torch

from featherface_converters.prepare import PIXEL_ZERO
from featherface_edge.models.graph import ATEN, copied

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch.fx import GraphModule

    from featherface_converters.target import Job
    from featherface_edge.detection import FloatArray, Frame

MANIFEST_NAME = "featherface_manifest.json"
TRACES = (".debug_pkl", "/.data/serialization_id")  # places in source files, and a hash of them
EPOCH = (1980, 1, 1, 0, 0, 0)  # of every entry: the same input gives the same bytes


class TorchBackend:
    """A Backend on a program (1, H, W, 3) uint8 -> maps (1, C, h, w) in the spec's order."""

    def __init__(self, manifest: str, program: Callable[..., tuple[torch.Tensor, ...]]) -> None:
        self.manifest = manifest
        self.engine = f"torch {torch.__version__}"
        self._program = program

    def infer(self, canvas: Frame) -> list[FloatArray]:
        """Give the raw outputs."""
        with torch.inference_mode():
            maps = self._program(torch.from_numpy(np.ascontiguousarray(canvas[None])))
        return [each[0].permute(1, 2, 0).numpy() for each in maps]

    def close(self) -> None:
        """Let go of the program."""
        del self._program


def from_canvas(graph: GraphModule) -> GraphModule:
    """A copy of a prepared graph that takes uint8 canvases (1, H, W, 3)."""
    made = copied(graph)
    (pixels,) = made.graph.find_nodes(op="placeholder")
    readers = list(pixels.users)
    with made.graph.inserting_after(pixels):
        planes = made.graph.call_function(ATEN.permute.default, (pixels, [0, 3, 1, 2]))
    with made.graph.inserting_after(planes):
        levels = made.graph.call_function(ATEN.to.dtype, (planes, torch.float32))
    with made.graph.inserting_after(levels):
        signed = made.graph.call_function(ATEN.sub.Tensor, (levels, float(PIXEL_ZERO)))
    for reader in readers:
        reader.replace_input_with(pixels, signed)
    made.recompile()
    return made.eval()


def blank(job: Job) -> torch.Tensor:
    """An empty canvas of the job's size, (1, H, W, 3) uint8."""
    size = job.spec.preprocessing
    return torch.zeros(1, size.height, size.width, 3, dtype=torch.uint8)


def put_manifest(path: Path, manifest: str) -> None:
    """Puts the manifest into an archive, in place of an earlier one, and drops its traces."""
    with zipfile.ZipFile(path) as archive:
        kept = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    root = next(iter(kept)).partition("/")[0]
    held = {name: content for name, content in kept.items() if not name.endswith(TRACES)}
    held[f"{root}/extra/{MANIFEST_NAME}"] = manifest.encode()
    with path.open("wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in held.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content)
