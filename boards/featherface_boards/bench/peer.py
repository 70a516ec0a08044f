"""Another project's network from its published file, measured as ours are.

Its view of a frame and the decoding of its outputs are those of fe-eval --peers; threshold and
suppression are those that a model of ours has by default, so that all have the same to do.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, Protocol

from featherface_boards.bench.candidate import Candidate, Opened
from featherface_boards.bench.subject import ENGINE_OF, FORMAT_OF, Laps
from featherface_edge.detection import suppress
from featherface_edge.errors import UsageError
from featherface_edge.optional import load
from featherface_edge.spec import Thresholds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from featherface_edge.detection import FloatArray, Frame, Placement

_TABLE = "featherface_edge.evaluation.peers.table"
_FEATURE = "measuring other projects' networks"
_LIMITS = Thresholds()
_PACKAGES = {"onnx": "onnxruntime", "tflite": "ai-edge-litert"}  # format -> who runs it


class _Candidates(Protocol):
    boxes: FloatArray
    scores: FloatArray


class _Detector(Protocol):
    """What fe-eval's table opens."""

    def view(self, frame: Frame) -> tuple[FloatArray, Placement, tuple[int, int]]: ...
    def infer(self, tensor: FloatArray) -> Mapping[str, FloatArray]: ...
    def decode(self, outputs: Mapping[str, FloatArray], sides: tuple[int, int]) -> _Candidates: ...


class Peer:
    """A network of another project."""

    apart = frozenset({"letterbox", "decode", "suppress"})

    def __init__(self, candidate: Candidate) -> None:
        table = load(_TABLE, _FEATURE, "")
        path = Path(candidate.path)
        known = {peer.name: peer for peer in table.PEERS}
        width, height = candidate.size
        choice = table.Choice(known[candidate.peer], path, (width, height))
        self._detector: _Detector = choice.open(candidate.threads)
        format_ = FORMAT_OF[path.suffix.lower()]
        self.opened = Opened(
            candidate.peer, width, height, format_, "float32", ENGINE_OF[format_], _detail(format_)
        )

    def look(self, frame: Frame) -> Laps:
        """Find the faces of the frame."""
        began = perf_counter_ns()
        tensor, placement, sides = self._detector.view(frame)
        fed = perf_counter_ns()
        outputs = self._detector.infer(tensor)
        computed = perf_counter_ns()
        found = self._detector.decode(outputs, sides)
        sure = found.scores >= _LIMITS.score
        boxes, scores = found.boxes[sure], found.scores[sure]
        decoded = perf_counter_ns()
        kept = suppress(boxes, scores, _LIMITS.iou)
        placement.to_frame(boxes[kept].reshape(-1, 2, 2))
        ended = perf_counter_ns()
        return Laps(began, fed, fed, computed, ended, ended - decoded)


def peer_candidates(
    word: str, folder: Path | None, size: tuple[int, int], threads: int
) -> list[Candidate]:
    """Give the candidates that a word means: a folder, a file, or the beginning of a name.

    folder: where the files of names are looked for. size: (width, height) that networks of any size
    shall see.

    Raises: UsageError when nothing known is there.
    """
    table = load(_TABLE, _FEATURE, "")
    place = Path(word)
    if place.is_file():
        found = [
            (peer.name, place, peer.files[place.name])
            for peer in table.PEERS
            if (place.name in peer.files)
        ]
    elif place.is_dir():
        found = _published(table, place, size)
    else:
        found = [
            each
            for each in _published(table, _named(folder, word), size)
            if (_plain(each[0]).startswith(_plain(word)))
        ]
    if not found:
        known = ", ".join(sorted(name for peer in table.PEERS for name in peer.files))
        raise UsageError(f"{word} is no network of others that is known: give one of {known}")
    return [
        Candidate(str(path), threads, peer=name, size=sides or size) for name, path, sides in found
    ]


def _detail(format_: str) -> str:
    """Give the package that runs the format, and its version."""
    package = _PACKAGES[format_]
    return f"{package} {version(package)}"


def _published(
    table: ModuleType, folder: Path, size: tuple[int, int]
) -> list[tuple[str, Path, tuple[int, int] | None]]:
    return [(each.peer.name, each.path, each.sides) for each in table.choices(folder, size)[0]]


def _named(folder: Path | None, word: str) -> Path:
    if folder is None:
        raise UsageError(f"where {word} lies is not known: give its folder with --peers DIR")
    return folder


def _plain(name: str) -> str:
    return "".join(each for each in name.lower() if each.isalnum())
