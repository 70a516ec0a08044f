"""Where a YOLO set keeps pictures, labels and class names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.data.formats.text import numbered_lines, place, read_text
from featherface_edge.errors import DataError
from featherface_edge.images import IMAGE_SUFFIXES
from featherface_edge.optional import load
from featherface_edge.spec.fields import items, members, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_edge.spec.model_spec import JsonValue

YAML_SUFFIXES = (".yaml", ".yml")
YAML_NAMES = ("data.yaml", "data.yml", "dataset.yaml")
CLASS_LISTS = ("classes.txt", "obj.names")
SPLITS = ("train", "val", "test")  # what names of split folders start with; also keys of data.yaml
LEVELS = 4  # above the pictures, where class names may lie


@dataclass(frozen=True, slots=True)
class Split:
    """A folder of pictures, and the folder of labels that is parallel to it."""

    images: Path
    labels: Path

    @property
    def dataset(self) -> str:
        """The name of the folder that holds images and labels, or all its splits."""
        parts = self.images.absolute().parts
        return parts[_images_at(parts) - 1]

    def label_of(self, picture: Path) -> Path:
        """The text that belongs to the picture."""
        return (self.labels / picture.relative_to(self.images)).with_suffix(".txt")

    def pictures(self) -> list[Path]:
        """Every picture, and a name that does not exist for every label without one; sorted."""
        seen = [file for file in self.images.rglob("*") if file.suffix.lower() in IMAGE_SUFFIXES]
        labels = {self.label_of(file) for file in seen}
        lone = {
            self.images / file.relative_to(self.labels).with_suffix(".jpg")
            for file in self.labels.rglob("*.txt")
            if file not in labels and file.name not in CLASS_LISTS
        }
        return sorted({*seen, *lone})

    def names(self) -> dict[int, str]:
        """The names of the classes from the nearest data.yaml or classes.txt; {} without one."""
        for folder in (self.labels, *self.images.absolute().parents[:LEVELS]):
            for name in YAML_NAMES:
                if (folder / name).is_file():
                    return class_names(folder / name, yaml_members(folder / name))
            for name in CLASS_LISTS:
                if (folder / name).is_file():
                    return dict(enumerate(line for _, line in numbered_lines(folder / name)))
        return {}


def recognises(path: Path) -> bool:
    """Whether the path is a .yaml, or a folder with images and labels side by side."""
    if path.is_dir():
        return bool(_splits(path)) or any((path / name).is_file() for name in YAML_NAMES)
    return path.suffix in YAML_SUFFIXES


def split_of(path: Path) -> Split:
    """The one split that the path holds.

    Raises: DataError when it holds several, or none.
    """
    if not path.is_dir():
        return _only(path, _yaml_splits(path))
    found = _splits(path)
    if not found:
        file = next(path / name for name in YAML_NAMES if (path / name).is_file())
        return _only(file, _yaml_splits(file))
    return _only(path, found)


def _only(path: Path, splits: Sequence[Split]) -> Split:
    if len(splits) == 1:
        return splits[0]
    if not splits:
        raise DataError(
            f"{path} names no folder of pictures that exists with labels beside it, wanted "
            "images/ and labels/: give the folder that holds them"
        )
    names = " or ".join(str(split.images) for split in splits)
    raise DataError(f"{path} holds {len(splits)} splits, wanted one: give {names}")


def _splits(folder: Path) -> list[Split]:
    """The splits of a folder: its own pictures, images/SPLIT, images/, or SPLIT/images."""
    if own := _parallel(folder):
        return [own]
    root = _parallel(folder / "images")
    if root is None:
        inner = [_parallel(each / "images") for each in _split_folders(folder)]
        return [split for split in inner if split]
    inner = [_parallel(each) for each in _split_folders(folder / "images")]
    return [split for split in inner if split] or [root]


def _split_folders(folder: Path) -> list[Path]:
    return [
        each for each in sorted(folder.iterdir()) if each.is_dir() and each.name.startswith(SPLITS)
    ]


def _parallel(images: Path) -> Split | None:
    """The split of a folder of pictures, when one of its parts is `images` and labels exist."""
    parts = images.absolute().parts
    at = _images_at(parts)
    if not at:
        return None
    labels = Path(*parts[:at], "labels", *parts[at + 1 :])
    return Split(images, labels) if images.is_dir() and labels.is_dir() else None


def _images_at(parts: Sequence[str]) -> int:
    """The index of the last part called images; 0 without one."""
    return max((index for index, part in enumerate(parts) if part == "images"), default=0)


def yaml_members(path: Path) -> Mapping[str, JsonValue]:
    """What a data.yaml holds.

    Raises: DataError when it is no YAML mapping. MissingDependencyError without the extra `train`.
    """
    yaml = load("yaml", "reading data.yaml", "train")
    try:
        value: JsonValue = yaml.safe_load(read_text(path))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        problem = " ".join(str(error).split())
        raise DataError(f"{path} is no YAML ({problem:.200}): correct it") from error
    with place(path, "the file"):
        return members(value, "the file")


def class_names(path: Path, entries: Mapping[str, JsonValue]) -> dict[int, str]:
    """The names of the classes in a data.yaml, a list or a mapping from number to name.

    Raises: DataError when they are neither.
    """
    names = entries.get("names", [])
    with place(path, "names"):
        if isinstance(names, list):
            return {index: str(name) for index, name in enumerate(names)}
        return {int(key): str(name) for key, name in members(names, "names").items()}


def _yaml_splits(path: Path) -> list[Split]:
    entries = yaml_members(path)
    with place(path, "path"):
        root = path.parent / text(entries.get("path", ""), "path")
    found: list[Split] = []
    for key in SPLITS:
        with place(path, key):
            value = entries.get(key) or []
            folders = [value] if isinstance(value, str) else items(value, key)
            named = [_named(path, root, text(folder, key)) for folder in folders]
            found += [split for split in named if split and split not in found]
    return found


def _named(path: Path, root: Path, name: str) -> Split | None:
    """The split that data.yaml names, relative to `path`, or to its own folder."""
    if Path(name).suffix == ".txt":
        raise ValueError(f"{name} is a list of pictures, wanted a folder: give one that holds them")
    # Exporters write ../train/images although the folder lies beside data.yaml.
    tries = (root / name, path.parent / name, path.parent / name.removeprefix("../"))
    found = (split for folder in tries if folder.is_dir() for split in _splits(folder))
    return next(found, None)
