"""From checkpoints to a zoo that replaces the shipped one as a whole."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_converters import naming
from featherface_converters.stopwatch.board import this_board
from featherface_converters.zoo.clock import THREADS, rivals, timed
from featherface_converters.zoo.exam import papers, sat
from featherface_converters.zoo.packing import SUFFIX, pack
from featherface_converters.zoo.preference import preferred
from featherface_converters.zoo.stock import stocked
from featherface_edge import __version__
from featherface_edge.errors import ConversionError
from featherface_edge.evaluation.opening import Setting
from featherface_edge.files import sha256_file, write_text
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
    from featherface_converters.zoo.exam import Marks, Papers
    from featherface_converters.zoo.order import ZooOrder
    from featherface_converters.zoo.stock import Stock
    from featherface_edge.evaluation.run import Progress

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
class Built:
    """A finished zoo; refused: what was left out because its proof failed, and why."""

    index: Index
    refused: tuple[str, ...]


def build(order: ZooOrder, watch: Watch) -> Built:
    """The zoo of the order, on its shelf; a run that was broken off goes on where it was.

    Raises: CheckpointError, ConversionError, DataError, UsageError.
    """
    others, questions = rivals(order.references), papers(order)
    stock = stocked(order, watch.say)
    if not any(each.files for each in stock):
        raise ConversionError("no proof passed, so there is nothing to ship: look into --work")
    marks = _marks(stock, questions, watch)
    watch.say("taking times")
    times = timed(_by_format(stock), others)
    fresh = order.work / "shelf"
    shutil.rmtree(fresh, ignore_errors=True)
    archives = {
        each.name: pack(_parts(each), fresh / f"{each.name}{SUFFIX}")
        for each in stock
        if each.files
    }
    artifacts = [
        _artifact(each, name, archives[each.name], marks, times)
        for each in stock
        for name in each.files
    ]
    index = Index(
        version=__version__,
        default=preferred(artifacts, times.reference, order.within),
        conditions=questions.conditions,
        machine=_machine(),
        reference=times.reference,
        networks=tuple(dict.fromkeys(each.network for each in stock if each.files)),
        archives=tuple(archives.values()),
        artifacts=tuple(artifacts),
    )
    write_text(fresh / INDEX_NAME, to_json(index))
    _replace(order.shelf, fresh)
    return Built(index, tuple(text for each in stock for text in each.refused))


def _marks(stock: Sequence[Stock], questions: Papers, watch: Watch) -> dict[Path, Marks]:
    """The marks of every artifact, and of every float network by the folder of its artifacts."""
    watch.say("measuring average precision and landmarks")
    marks: dict[Path, Marks] = {}
    for each in stock:
        for path in each.files.values():
            marks[path] = sat(path, Setting(), questions, watch.progress)
            if path.parent not in marks:
                setting = Setting(size=each.size)
                marks[path.parent] = sat(each.checkpoint, setting, questions, watch.progress)
    return marks


def _by_format(stock: Sequence[Stock]) -> dict[Format, list[Path]]:
    return {name: [each.files[name] for each in stock if name in each.files] for name in SUFFIXES}


def _parts(stock: Stock) -> list[Path]:
    return [part for path in stock.files.values() for part in naming.parts(path)]


def _artifact(
    stock: Stock, name: Format, archive: Archive, marks: Mapping[Path, Marks], times: Times
) -> Artifact:
    path = stock.files[name]
    parts = naming.parts(path)
    return Artifact(
        network=stock.network.name,
        format=name,
        width=stock.size[0],
        height=stock.size[1],
        archive=archive.file,
        model=path.name,
        files={part.name: sha256_file(part) for part in parts},
        bytes=sum(part.stat().st_size for part in parts),
        precision=marks[path].precision,
        float_precision=marks[path.parent].precision,
        landmark_error=marks[path].landmark_error,
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


def _replace(shelf: Path, fresh: Path) -> None:
    """Puts the fresh folder in the shelf's place."""
    shelf.parent.mkdir(parents=True, exist_ok=True)
    arriving, leaving = (shelf.with_name(f".{shelf.name}.{word}") for word in ("new", "old"))
    for each in (arriving, leaving):
        shutil.rmtree(each, ignore_errors=True)
    shutil.copytree(fresh, arriving)
    if shelf.exists():
        shelf.rename(leaving)
    arriving.rename(shelf)
    shutil.rmtree(leaving, ignore_errors=True)
