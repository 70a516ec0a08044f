"""Raw maps of the float network, kept between runs in the user's cache folder."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import platformdirs
import torch

from featherface_edge.detection.letterbox import network_input
from featherface_edge.evaluation.checkpoint import raw_outputs
from featherface_edge.models.checkpoints import weights_sha256
from featherface_edge.progress import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from featherface_calibration import Canvases
    from featherface_edge.detection import FloatArray
    from featherface_edge.spec import ModelSpec

FORMAT = 1  # of the folders; a new number leaves old ones unread
MOST_BYTES = 2 << 30  # of all folders together


class KeptMaps(Sequence[Sequence["FloatArray"]]):
    """The raw maps of every photograph, (h, w, C) float32 each, mapped from their files."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._arrays = [np.load(_file(folder, name), mmap_mode="r") for name in names]

    def __len__(self) -> int:
        """Give the number of photographs."""
        return len(self._arrays[0])

    def __getitem__(self, place: int | slice) -> Sequence[FloatArray]:  # type: ignore[override]
        """Give the maps of one photograph."""
        if isinstance(place, slice):
            raise TypeError("maps are read one photograph at a time")
        return [np.asarray(array[place]) for array in self._arrays]


def kept_maps(
    network: nn.Module,
    spec: ModelSpec,
    digests: Sequence[str],
    canvases: Canvases,
    tell: Callable[[float], None],
) -> KeptMaps:
    """What the network answers on these canvases, computed once.

    digests: SHA-256 of the photographs. tell: given the share that is done, 0 to 1.

    Raises: OSError when the cache folder cannot be written.
    """
    root = platformdirs.user_cache_path("featherface-edge") / "float-maps"
    place = root / _key(network, spec, digests)
    names = [output.name for output in spec.outputs]
    if not place.is_dir():
        _computed(network, spec, canvases, place, tell)
    place.touch()
    _trim(root, place)
    return KeptMaps(place, names)


def _computed(
    network: nn.Module,
    spec: ModelSpec,
    canvases: Canvases,
    place: Path,
    tell: Callable[[float], None],
) -> None:
    """Fills a folder beside its place; it moves there when it is whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as made:
        fresh = Path(made) / place.name
        fresh.mkdir()
        arrays: list[np.memmap[tuple[int, ...], np.dtype[np.float32]]] = []
        for index, canvas in enumerate(told(canvases, tell)):
            maps = raw_outputs(network, network_input(canvas, spec.preprocessing))
            if not arrays:
                arrays = [
                    _opened(_file(fresh, output.name), (len(canvases), *one.shape))
                    for output, one in zip(spec.outputs, maps, strict=True)
                ]
            for array, one in zip(arrays, maps, strict=True):
                array[index] = one
        for array in arrays:
            array.flush()
        if not place.is_dir():  # another run may have been quicker
            fresh.rename(place)


def _opened(path: Path, shape: tuple[int, ...]) -> np.memmap[tuple[int, ...], np.dtype[np.float32]]:
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)


def _file(folder: Path, name: str) -> Path:
    return folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.npy"


def _key(network: nn.Module, spec: ModelSpec, digests: Sequence[str]) -> str:
    """The name that stands for all that decides the maps."""
    told = {
        "format": FORMAT,
        "weights": weights_sha256(network.state_dict()),
        "network": repr(network),
        "preprocessing": asdict(spec.preprocessing),
        "outputs": [output.name for output in spec.outputs],
        "photographs": list(digests),
        "torch": torch.__version__,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def _trim(root: Path, used: Path) -> None:
    """Removes the folders that were used longest ago until the rest is small enough."""
    folders = sorted(root.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    total = 0
    for folder in folders:
        total += sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
        if total > MOST_BYTES and folder != used and not folder.name.startswith("."):
            shutil.rmtree(folder, ignore_errors=True)
