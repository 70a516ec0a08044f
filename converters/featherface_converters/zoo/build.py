"""From checkpoints to a zoo that replaces the shipped one as a whole."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_converters.stopwatch.board import this_board
from featherface_converters.zoo.clock import THREADS, rivals, timed
from featherface_converters.zoo.exam import landmark_error, papers, precision
from featherface_converters.zoo.packing import SUFFIX, pack
from featherface_converters.zoo.preference import preferred
from featherface_converters.zoo.shelving import emptied, replace
from featherface_converters.zoo.stock import stocked
from featherface_edge import __version__
from featherface_edge.errors import ConversionError
from featherface_edge.evaluation.opening import Setting
from featherface_edge.files import sha256_file, write_text
from featherface_edge.spec import bytes_of, parts
from featherface_runtime.zoo import (
    INDEX_NAME,
    SUFFIXES,
    Archive,
    Artifact,
    Format,
    Index,
    Machine,
    to_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from featherface_converters.zoo.clock import Times
    from featherface_converters.zoo.exam import Papers
    from featherface_converters.zoo.order import ZooOrder
    from featherface_converters.zoo.stock import Stock
    from featherface_edge.evaluation.run import Progress
    from featherface_runtime.zoo import Precision

PACKAGES: Mapping[Format, str] = {  # that run the formats
    "tflite": "ai-edge-litert",
    "openvino": "openvino",
    "onnx": "onnxruntime",
}


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told what goes on: what begins, in words, and pictures done, for a name."""

    say: Callable[[str], None]
    progress: Callable[[str], Progress]


@dataclass(frozen=True, slots=True)
class Marks:
    """What the models reach: of files by path, of float networks by the name of their stock."""

    precision: Mapping[Path, Precision]
    float_precision: Mapping[str, Precision]
    landmark_error: Mapping[Path, float]


@dataclass(frozen=True, slots=True)
class Built:
    """A finished zoo; refused: what was left out because its proof failed, and why."""

    index: Index
    refused: tuple[str, ...]


def build(order: ZooOrder, watch: Watch) -> Built:
    """The zoo of the order, on its shelf; a run that was broken off goes on where it was.

    Raises: CheckpointError, ConversionError, DataError, UsageError.
    """
    others, questions = rivals(order.references), papers(order)
    every = stocked(order, watch.say)
    stock = [each for each in every if each.files]
    if not stock:
        raise ConversionError("no proof passed, so there is nothing to ship: look into --work")
    marks = _marks(stock, questions, watch)
    watch.say("taking times")
    times = timed(_by_format(stock), others)
    fresh = emptied(order.work / "shelf")
    archives = {each.name: pack(_parts(each), fresh / f"{each.name}{SUFFIX}") for each in stock}
    artifacts = [
        _artifact(each, name, archives[each.name], marks, times)
        for each in stock
        for name in each.files
    ]
    index = Index(
        version=__version__,
        default=preferred(artifacts, times.reference, order.within),
        conditions=questions.conditions(
            seen=any(order.landmarks.name in each.training for each in stock)
        ),
        machine=_machine(),
        reference=times.reference,
        networks=tuple(dict.fromkeys(each.network for each in stock)),
        archives=tuple(archives.values()),
        artifacts=tuple(artifacts),
    )
    write_text(fresh / INDEX_NAME, to_json(index))
    replace(order.shelf, fresh)
    return Built(index, tuple(text for each in every for text in each.refused))


def _marks(stock: Sequence[Stock], questions: Papers, watch: Watch) -> Marks:
    watch.say("measuring average precision and landmarks")
    plain, progress = Setting(), watch.progress
    files = [path for each in stock for path in each.files.values()]
    return Marks(
        {path: precision(path, plain, questions, progress) for path in files},
        {
            each.name: precision(each.checkpoint, Setting(size=each.size), questions, progress)
            for each in stock
        },
        {path: landmark_error(path, plain, questions, progress) for path in files},
    )


def _by_format(stock: Sequence[Stock]) -> dict[Format, list[Path]]:
    return {name: [each.files[name] for each in stock if name in each.files] for name in SUFFIXES}


def _parts(stock: Stock) -> list[Path]:
    return [part for path in stock.files.values() for part in parts(path)]


def _artifact(stock: Stock, name: Format, archive: Archive, marks: Marks, times: Times) -> Artifact:
    path = stock.files[name]
    files = parts(path)
    return Artifact(
        network=stock.network.name,
        format=name,
        width=stock.size[0],
        height=stock.size[1],
        archive=archive.file,
        model=path.name,
        files={part.name: sha256_file(part) for part in files},
        bytes=bytes_of(path),
        precision=marks.precision[path],
        float_precision=marks.float_precision[stock.name],
        landmark_error=marks.landmark_error[path],
        timing=times.files[path],
        proof="passed",
    )


def _machine() -> Machine:
    boards = [this_board(name, package, THREADS) for name, package in PACKAGES.items()]
    return Machine(
        cpu=boards[0]["cpu"],
        system=f"{platform.system()} {platform.machine()}",
        threads=THREADS,
        interpreters={
            package: board["version"]
            for package, board in zip(PACKAGES.values(), boards, strict=True)
        },
    )
