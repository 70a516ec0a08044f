"""Models opened for an evaluation: checkpoints and converted files alike."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from featherface_edge import __version__
from featherface_edge.errors import UsageError
from featherface_edge.evaluation.run import PROTOCOL, FaceDetector
from featherface_edge.evaluation.scales import Merged, Mirrored, Rescaled
from featherface_edge.files import sha256_file
from featherface_edge.optional import load

if TYPE_CHECKING:
    from types import ModuleType

Size = tuple[int, int] | Literal["original"]

CELL = 32  # sides of a checkpoint's canvas are multiples of the largest stride
DEFAULT_SIDE = 640
ORIGINAL: Final = "original"


@dataclass(frozen=True, slots=True)
class Setting:
    """How the models see the pictures.

    size: (width, height) of the canvas, or each picture's own; None = 640x640 for a checkpoint, its
    own for a converted file. scales: of size or picture; the faces of all are merged. mirror: also
    with left and right exchanged. device: of checkpoints, as PyTorch names it.
    """

    size: Size | None = None
    scales: tuple[float, ...] = (1.0,)
    mirror: bool = False
    threads: int = 1
    device: str = "cpu"

    def __post_init__(self) -> None:
        if not self.scales or min(self.scales) <= 0:
            raise ValueError(f"scales are {self.scales}, wanted some above 0")
        if self.threads < 1:
            raise ValueError(f"threads is {self.threads}, wanted 1 or more")

    @property
    def plain(self) -> bool:
        """Whether every picture is seen just once."""
        return self.scales == (1.0,) and not self.mirror


Opener = Callable[[Path, Setting], AbstractContextManager[FaceDetector]]


def opened(path: Path, setting: Setting) -> AbstractContextManager[FaceDetector]:
    """The detector of a model file, to be used in `with`.

    Raises: UsageError for another kind of file, and where a converted file cannot be had at this
    setting. CheckpointError, ModelFileError when the file cannot be used.
    """
    require_model(path)
    return OPENERS[path.suffix](path, setting)


def require_model(path: Path) -> None:
    """Makes sure that the file's name is one of a model.

    Raises: UsageError when it is not.
    """
    if path.suffix not in OPENERS:
        raise UsageError(
            f"{path} ends in '{path.suffix}', known are {', '.join(OPENERS)}: give one of those"
        )


def is_artifact(path: Path) -> bool:
    """Whether the file is a converted one, which has one size and one speed."""
    return OPENERS[path.suffix] is _open_artifact


def canvas_of(path: Path, setting: Setting) -> Size:
    """The (width, height) at which the model sees the pictures, or 'original'.

    Raises: ModelFileError when it is a converted file that cannot be used.
    """
    if setting.size is not None or not is_artifact(path):
        return setting.size or (DEFAULT_SIDE, DEFAULT_SIDE)
    runtime = load("featherface_runtime", "evaluating a converted file", "")
    with runtime.Detector(path, threads=setting.threads) as detector:
        canvas = detector.spec.preprocessing
        return canvas.width, canvas.height


def setting_key(path: Path, setting: Setting) -> str:
    """A SHA-256, 64 hexadecimal digits, of all that decides what the model finds in a picture."""
    bodies = [sha256_file(file) for file in (path, path.with_suffix(".bin")) if file.is_file()]
    seen = {key: value for key, value in asdict(setting).items() if key not in _NO_MATTER}
    text = json.dumps([__version__, bodies, seen, asdict(PROTOCOL)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


_NO_MATTER = ("threads", "device")


@contextmanager
def _open_checkpoint(path: Path, setting: Setting) -> Generator[FaceDetector, None, None]:
    module = load("featherface_edge.evaluation.checkpoint", "evaluating a checkpoint", "train")
    checkpoint = module.open_checkpoint(path, setting.threads, setting.device)
    yield _merged(
        [_at_scale(module, checkpoint, setting, scale) for scale in setting.scales], setting
    )


def _at_scale(
    module: ModuleType, checkpoint: object, setting: Setting, scale: float
) -> FaceDetector:
    if setting.size == ORIGINAL:
        own: FaceDetector = module.CheckpointDetector(checkpoint, None, PROTOCOL)
        return own if scale == 1 else Rescaled(own, scale)
    sides = setting.size or (DEFAULT_SIDE, DEFAULT_SIDE)
    size = tuple(_cells(side * scale) for side in sides)
    detector: FaceDetector = module.CheckpointDetector(checkpoint, size, PROTOCOL)
    return detector


def _cells(side: float) -> int:
    return max(1, round(side / CELL)) * CELL


def _merged(detectors: list[FaceDetector], setting: Setting) -> FaceDetector:
    mirrored = [Mirrored(detector) for detector in detectors] if setting.mirror else []
    together = [*detectors, *mirrored]
    return together[0] if setting.plain else Merged(together, PROTOCOL.iou)


@contextmanager
def _open_artifact(path: Path, setting: Setting) -> Generator[FaceDetector, None, None]:
    runtime = load("featherface_runtime", "evaluating a converted file", "")
    with runtime.Detector(path, threads=setting.threads, thresholds=PROTOCOL) as detector:
        canvas = detector.spec.preprocessing
        own = (canvas.width, canvas.height)
        if setting.size not in {None, own} or setting.scales != (1.0,):
            raise UsageError(
                f"{path} sees {own[0]}x{own[1]} and nothing else: leave out --size and --scales, "
                "or give the checkpoint that it was made from"
            )
        yield _merged([detector], setting)


OPENERS: Mapping[str, Opener] = {
    ".safetensors": _open_checkpoint,
    ".onnx": _open_artifact,
    ".tflite": _open_artifact,
    ".xml": _open_artifact,
}
