"""What the sources of an order stand for: photographs, and what gives many frames."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from featherface_calibration.building import runtime
from featherface_calibration.listing import is_picture, photographs_of
from featherface_edge.errors import DataError, ImageError, SourceError
from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

DATASETS = "featherface_edge.data.formats"  # offers read_dataset(path): images with a file
_LISTS = (".jsonl", ".txt")
_LABELS = (".json", ".yaml", ".yml")
_LABEL_TEXTS = ("bbx_gt", "filelist", "label.txt")  # in the names of WIDER FACE and RetinaFace


class Place(NamedTuple):
    """A source: what the runtime opens, the name to show, and the file if it is a photograph."""

    uri: str
    name: str
    file: Path | None = None


def places(sources: Sequence[str]) -> list[Place]:
    """Give what the sources stand for, each photograph and video once, in their order.

    Raises: DataError when one of them holds nothing, SourceError when there is no camera.
    """
    found = [place for each in sources or _own_camera() for place in _behind(each)]
    return list({place.uri: place for place in found}.values())


def _own_camera() -> list[str]:
    uris = runtime.camera_uris()
    if not uris:
        raise SourceError("found no camera on this board: name a folder, video or URI")
    return uris[:1]


def _behind(source: str) -> Iterable[Place]:
    path = Path(source)
    if path.is_dir():
        try:
            return _of_files(runtime.files_in(path), path)
        except ImageError as error:
            raise DataError(str(error)) from error
    if path.is_file():
        return _of_files(_named_by(path), path.parent)
    told = runtime.shown(source)
    if runtime.open_source(source).live or ":" in source:
        return [Place(source, Path(told).name or told)]
    matching = [Path(each) for each in sorted(glob.glob(source, recursive=True))]  # noqa: PTH207 -- pathlib's has no absolute patterns
    if not matching:
        raise DataError(f"{told} is not there: give a file, a folder or the URI of a camera")
    return _of_files(matching, path.parent)


def _named_by(path: Path) -> Iterable[Path]:
    """Give the files that a file stands for."""
    if path.suffix.lower() in _LABELS or any(each in path.name for each in _LABEL_TEXTS):
        read: Callable[[Path], Iterable[_Image]] = load(
            DATASETS, "label files", "train"
        ).read_dataset
        return [_there(image.file, path) for image in read(path)]
    if path.suffix.lower() in _LISTS:
        return photographs_of(path)
    if is_picture(path) or runtime.is_video(path):
        return [path]
    raise DataError(f"{path} is no picture, video, list or label file: give one of them")


class _Image(NamedTuple):
    """What is used of a labelled image."""

    file: Path


def _there(file: Path, named_by: Path) -> Path:
    if not file.is_file():
        raise DataError(f"{named_by} names {file}, which is missing: add it")
    return file


def _of_files(files: Iterable[Path], folder: Path) -> Iterable[Place]:
    return [Place(str(file), folder.resolve().name, _still(file)) for file in files]


def _still(file: Path) -> Path | None:
    return None if runtime.is_video(file) else file
