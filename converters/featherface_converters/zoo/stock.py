"""Conversions for the zoo, each kept in a folder of its own until it is packed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_calibration import shipped_calibration, shipped_proof
from featherface_converters import naming
from featherface_converters.convert import Order, convert
from featherface_converters.targets import open_target
from featherface_edge import __version__
from featherface_edge.files import write_text
from featherface_edge.models.checkpoints import load, resized
from featherface_edge.models.registry import parameter_count
from featherface_runtime.zoo import SUFFIXES, Network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from featherface_converters.zoo.order import ZooOrder
    from featherface_edge.spec import ModelSpec
    from featherface_runtime.zoo import Format

DONE = "done.json"
TARGETS: Mapping[Format, str] = {name: f"{name}-int8" for name in SUFFIXES}
_KEY_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Stock:
    """A network at one size.

    files: converted and proven, by format. refused: why the proof of others failed, in words.
    """

    checkpoint: Path
    network: Network
    size: tuple[int, int]
    files: Mapping[Format, Path]
    refused: tuple[str, ...]

    @property
    def name(self) -> str:
        """What its archive is called: edge-320x256."""
        return f"{self.network.name}-{self.size[0]}x{self.size[1]}"


def stocked(order: ZooOrder, say: Callable[[str], None]) -> list[Stock]:
    """Every checkpoint at every size in all formats; what an earlier run converted is taken over.

    Raises: CheckpointError for a file that is none of ours. ConversionError.
    """
    return [_stock(order, path, size, say) for path in order.checkpoints for size in order.sizes]


def _stock(order: ZooOrder, path: Path, size: tuple[int, int], say: Callable[[str], None]) -> Stock:
    checkpoint = load(path)
    spec = resized(checkpoint.spec, *size)
    network = Network(spec.network, parameter_count(checkpoint.model), spec.weights_sha256)
    folder = order.work / f"{spec.network}-{size[0]}x{size[1]}-{_key(spec)}"
    done = folder / DONE
    if not done.is_file():
        say(f"{spec.network} {size[0]}x{size[1]}: converting")
        write_text(done, json.dumps(_converted(path, size, folder, say)) + "\n")
    refused = tuple(json.loads(done.read_text(encoding="utf-8")))
    files: dict[Format, Path] = {
        name: folder / _file_name(spec, target) for name, target in TARGETS.items()
    }
    proven: dict[Format, Path] = {name: file for name, file in files.items() if file.is_file()}
    return Stock(path, network, size, proven, refused)


def _file_name(spec: ModelSpec, target: str) -> str:
    return naming.artifact_name(spec, open_target(target).recipe)


def _key(spec: ModelSpec) -> str:
    """Digits of all that decides what the conversion gives, but for the code."""
    photographs = [shipped_calibration().fingerprint, shipped_proof().fingerprint]
    text = json.dumps([__version__, spec.weights_sha256, photographs])
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_DIGITS]


def _converted(
    path: Path, size: tuple[int, int], folder: Path, say: Callable[[str], None]
) -> list[str]:
    """What the files whose proof failed are blamed for."""
    order = Order(
        targets=tuple(TARGETS.values()),
        checkpoint=path,
        calibration=shipped_calibration(),
        photographs=shipped_proof(),
        out=folder,
        size=size,
    )
    return [
        f"{outcome.path.name}: {'; '.join(outcome.proof.faults)}"
        for outcome in convert(order, say)
        if outcome.proof.faults
    ]
