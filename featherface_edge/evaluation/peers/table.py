"""The table of peers: their published files, by name, and who decodes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_edge.evaluation.opening import ORIGINAL, Size
from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from featherface_edge.evaluation.peers.detector import PeerDetector, Sides

_PARTS = "featherface_edge.evaluation.peers"


@dataclass(frozen=True, slots=True)
class Peer:
    """A network of another project.

    module: offers open_peer(path, sides, threads). files: published names, the better choice first,
    with the sides of the canvas; None = any.
    """

    name: str
    module: str
    files: Mapping[str, Sides | None]

    def __post_init__(self) -> None:
        if not self.files:
            raise ValueError(f"{self.name} has no files, wanted at least one")


@dataclass(frozen=True, slots=True)
class Choice:
    """A peer with the file of it that is there, and its canvas; sides None = each picture's own."""

    peer: Peer
    path: Path
    sides: Sides | None

    @property
    def name(self) -> str:
        """The peer's name and the size that it sees."""
        size = "x".join(map(str, self.sides)) if self.sides else ORIGINAL
        return f"{self.peer.name} {size}"

    def open(self, threads: int) -> PeerDetector:
        """The detector.

        Raises: ModelFileError when the file cannot be used. MissingDependencyError.
        """
        module = load(f"{_PARTS}.{self.peer.module}", f"evaluating {self.peer.name}", "")
        detector: PeerDetector = module.open_peer(self.path, self.sides, threads)
        return detector


def _yunet(letter: str) -> Peer:
    fixed: dict[str, Sides | None] = {
        f"yunet_{letter}_{side}_{side}.onnx": (side, side) for side in (640, 320)
    }
    return Peer(f"YuNet_{letter}", "yunet", {f"yunet_{letter}_dynamic.onnx": None, **fixed})


PEERS = (
    _yunet("n"),
    _yunet("s"),
    Peer("SCRFD_500m", "scrfd", {"scrfd_500m_kps.onnx": (640, 640)}),
    Peer("SCRFD_2.5g", "scrfd", {"scrfd_2.5g_kps.onnx": (640, 640)}),
    Peer("Ultra-Light RFB-640", "ultra_light", {"version-RFB-640.onnx": (640, 480)}),
    Peer("Ultra-Light RFB-320", "ultra_light", {"version-RFB-320.onnx": (320, 240)}),
    Peer("Ultra-Light slim-320", "ultra_light", {"version-slim-320.onnx": (320, 240)}),
    Peer("BlazeFace full", "blazeface", {"face_detection_full_range.tflite": (192, 192)}),
    Peer("BlazeFace back", "blazeface", {"face_detection_back.tflite": (256, 256)}),
    Peer(  # one network under two names
        "BlazeFace short",
        "blazeface",
        {
            "face_detection_short_range.tflite": (128, 128),
            "face_detection_front.tflite": (128, 128),
        },
    ),
)
RIVAL = PEERS[0]  # the one that the others are held against


def choices(folder: Path, size: Size) -> tuple[list[Choice], list[str]]:
    """The peers whose files lie somewhere below the folder, and what to say of the others.

    size: of those of any size.

    Raises: UsageError when not one is there.
    """
    there = {file.name: file for file in sorted(folder.rglob("*"), reverse=True) if file.is_file()}
    found = {peer.name: _choice(peer, there, size) for peer in PEERS}
    chosen = [each for each in found.values() if each]
    if not chosen:
        names = ", ".join(name for peer in PEERS[:2] for name in list(peer.files)[:1])
        raise UsageError(f"{folder} holds no file of a known peer, wanted {names}, ...")
    return chosen, [_absence(peer) for peer in PEERS if not found[peer.name]]


def _choice(peer: Peer, there: Mapping[str, Path], size: Size) -> Choice | None:
    """The first of the peer's files that is there and fits: any, if all are of fixed sizes."""
    free = None in peer.files.values()
    for name, sides in peer.files.items():
        fits = not free or sides in {None, size}
        if name in there and fits:
            wanted = None if size == ORIGINAL else size
            return Choice(peer, there[name], wanted if sides is None else sides)
    return None


def _absence(peer: Peer) -> str:
    files: Sequence[str] = list(peer.files)
    return f"{peer.name} (no {files[0]})"
