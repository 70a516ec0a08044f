"""Conversions for the zoo, each kept in a folder of its own until it is packed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from featherface_calibration import CalibrationSet, shipped_calibration, shipped_proof
from featherface_converters import naming
from featherface_converters.convert import Order, convert
from featherface_converters.targets import open_target
from featherface_converters.tuning.course import Lesson
from featherface_converters.tuning.tune import Tuning
from featherface_edge import __version__
from featherface_edge.files import write_text
from featherface_edge.models.checkpoints import load, resized
from featherface_edge.models.registry import DEFAULT_SIZE, parameter_count
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

    training: how the weights came about, in words. files: converted and proven, by format. refused:
    why the proof of others failed, in words.
    """

    checkpoint: Path
    network: Network
    size: tuple[int, int]
    training: str
    files: Mapping[Format, Path]
    refused: tuple[str, ...]

    @property
    def name(self) -> str:
        """What its archive is called: edge-320x256."""
        return _name(self.network, self.size)


def stocked(order: ZooOrder, say: Callable[[str], None]) -> list[Stock]:
    """Every checkpoint at every size in all formats; what an earlier run converted is taken over.

    Raises: CheckpointError for a file that is none of ours. ConversionError.
    """
    means = _means(order)
    return [
        _stock(order.work, replace(means, checkpoint=path, size=size), say)
        for path in order.checkpoints
        for size in order.sizes
    ]


def _means(order: ZooOrder) -> Order:
    """What all conversions of the order share."""
    labelled = order.proof is not None and order.proof.suffix == ".jsonl"
    photographs = None if order.tune is None else CalibrationSet.from_path(order.tune)
    return Order(
        targets=tuple(TARGETS.values()),
        checkpoint=order.checkpoints[0],
        calibration=shipped_calibration(),
        photographs=CalibrationSet.from_path(order.proof) if order.proof else shipped_proof(),
        out=order.work,
        labels=order.proof if labelled else None,
        tuning=None if photographs is None else Tuning(photographs, Lesson()),
    )


def _stock(work: Path, order: Order, say: Callable[[str], None]) -> Stock:
    checkpoint = load(order.checkpoint)
    size = order.size or DEFAULT_SIZE
    spec = resized(checkpoint.spec, *size)
    network = Network(spec.network, parameter_count(checkpoint.model), spec.weights_sha256)
    name = _name(network, size)
    folder = work / f"{name}-{_key(spec, order)}"
    done = folder / DONE
    if not done.is_file():
        say(f"{name}: converting")
        write_text(done, json.dumps(_faults(replace(order, out=folder), say)) + "\n")
    refused = tuple(json.loads(done.read_text(encoding="utf-8")))
    files: dict[Format, Path] = {
        form: folder / _file_name(spec, target) for form, target in TARGETS.items()
    }
    proven: dict[Format, Path] = {form: file for form, file in files.items() if file.is_file()}
    training = "; ".join(spec.training.values())
    return Stock(order.checkpoint, network, size, training, proven, refused)


def _name(network: Network, size: tuple[int, int]) -> str:
    return f"{network.name}-{size[0]}x{size[1]}"


def _file_name(spec: ModelSpec, target: str) -> str:
    return naming.artifact_name(spec, open_target(target).recipe)


def _key(spec: ModelSpec, order: Order) -> str:
    """Digits of all that decides what the conversion gives, but for the code."""
    sets = [order.calibration, order.photographs]
    lesson = None if order.tuning is None else asdict(order.tuning.lesson)
    if order.tuning is not None:
        sets.append(order.tuning.photographs)
    prints = [photographs.fingerprint for photographs in sets]
    text = json.dumps([__version__, spec.weights_sha256, prints, lesson])
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_DIGITS]


def _faults(order: Order, say: Callable[[str], None]) -> list[str]:
    """Converts, and gives what the files whose proof failed are blamed for."""
    return [
        f"{outcome.path.name}: {'; '.join(outcome.proof.faults)}"
        for outcome in convert(order, say)
        if outcome.proof.faults
    ]
