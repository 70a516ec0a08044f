"""What the manifest of a calibration set says, and its JSON text."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from featherface_edge.files import require_sha256
from featherface_edge.spec.fields import items, members, number, numbers, record, text, whole
from featherface_edge.spec.manifest import plain, read_preprocessing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from featherface_edge.spec import JsonValue, Preprocessing

    T = TypeVar("T")

SCHEMA_VERSION = 1
_VERSION_KEY = "schema_version"
_FILE = re.compile(r"images/[0-9]{6}\.(jpg|png)")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a picture is from.

    source: name of the camera, video or folder. name: of the photograph's file in it, empty for
    frames. frame: its number in the source, from 0. taken: UTC in ISO 8601, empty where unknown.
    sha256: of the photograph's file, empty for frames. width, height: of the frame, pixels.
    """

    source: str
    name: str
    frame: int
    taken: str
    sha256: str
    width: int
    height: int

    def __post_init__(self) -> None:
        if min(self.width, self.height) < 1 or self.frame < 0:
            size = f"{self.width}x{self.height}"
            raise ValueError(f"a frame of {size}, number {self.frame}, wanted 1x1 and 0 or more")
        if self.sha256:
            require_sha256("sha256", self.sha256)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of a picture as it lies on the canvas, without padding.

    brightness, contrast: mean and standard deviation of luma, 0 to 255. sharpness: standard
    deviation of the luma's Laplacian, in levels. dark, clipped: share of pixels whose luma is at
    most 8, at least 247. saturation: mean distance of the largest and smallest channel, 0 to 255.
    """

    brightness: float
    contrast: float
    sharpness: float
    dark: float
    clipped: float
    saturation: float

    def __post_init__(self) -> None:
        for part in fields(self):
            if not 0 <= getattr(self, part.name) < math.inf:
                raise ValueError(f"{part.name} is {getattr(self, part.name)}, wanted 0 or more")


@dataclass(frozen=True, slots=True)
class Face:
    """A face that the model found: x1, y1, x2, y2 in pixels of the canvas, and its score."""

    box: tuple[float, float, float, float]
    score: float


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the set.

    file: member of the archive: images/NNNNNN.jpg or .png. sha256: of its bytes. width, height:
    pixels of the picture; on the canvas it lies at the top left, the rest is padding. faces: None
    where nobody looked. stratum: the group it was chosen from. scores: of the selection, by name.
    """

    file: str
    sha256: str
    width: int
    height: int
    origin: Origin
    statistics: Statistics
    faces: tuple[Face, ...] | None = None
    stratum: str = ""
    scores: Mapping[str, float] = field(default_factory=dict[str, float])

    def __post_init__(self) -> None:
        if _FILE.fullmatch(self.file) is None:
            raise ValueError(f"file is {self.file!r:.60}, wanted one such as images/000000.jpg")
        require_sha256("sha256", self.sha256)


@dataclass(frozen=True, slots=True)
class SetRecord:
    """What a calibration set is, and how it came to be.

    tool: that made it, with its version. preprocessing: what the canvases were made for. model:
    that looked for faces, empty where none did. embedding: name of the space in which the pictures
    were compared. anonymised: how faces are covered, empty where they are not. selection: how the
    pictures were chosen, and out of how many.
    """

    tool: str
    seed: int
    preprocessing: Preprocessing
    pictures: tuple[Picture, ...]
    model: str = ""
    embedding: str = ""
    anonymised: str = ""
    selection: Mapping[str, JsonValue] = field(default_factory=dict[str, "JsonValue"])

    def __post_init__(self) -> None:
        if not self.pictures:
            raise ValueError("pictures is empty, wanted at least one")
        if len({each.file for each in self.pictures}) < len(self.pictures):
            raise ValueError("pictures name a file twice, wanted each once")
        width, height = self.preprocessing.width, self.preprocessing.height
        for each in self.pictures:
            if not (0 < each.width <= width and 0 < each.height <= height):
                size = f"{each.width}x{each.height}"
                raise ValueError(f"{each.file} is {size}, wanted at most {width}x{height}")


def to_json(kept: SetRecord) -> str:
    """Give the manifest as JSON text."""
    whole_record = {_VERSION_KEY: SCHEMA_VERSION, **members(plain(kept), "manifest")}
    return json.dumps(whole_record, indent=1, ensure_ascii=False, allow_nan=False)


def from_json(manifest: str) -> SetRecord:
    """Give the record that the text holds.

    Raises: ValueError when it is no JSON, of an unknown version, incomplete or inconsistent.
    """
    value: JsonValue = json.loads(manifest)
    version = members(value, "manifest").get(_VERSION_KEY)
    if version != SCHEMA_VERSION:
        raise ValueError(f"{_VERSION_KEY} is {version!r}, this release knows {SCHEMA_VERSION}")
    found = record(value, "manifest", [_VERSION_KEY, *_names(SetRecord)])
    return SetRecord(
        tool=text(found["tool"], "tool"),
        seed=whole(found["seed"], "seed"),
        preprocessing=read_preprocessing(found["preprocessing"]),
        pictures=tuple(
            _picture(each, f"pictures[{index}]")
            for index, each in enumerate(items(found["pictures"], "pictures"))
        ),
        model=text(found["model"], "model"),
        embedding=text(found["embedding"], "embedding"),
        anonymised=text(found["anonymised"], "anonymised"),
        selection=members(found["selection"], "selection"),
    )


def _names(kind: type) -> list[str]:
    return [part.name for part in fields(kind)]


def _picture(value: JsonValue, where: str) -> Picture:
    found = record(value, where, _names(Picture))
    faces = found["faces"]
    return Picture(
        file=text(found["file"], f"{where}.file"),
        sha256=text(found["sha256"], f"{where}.sha256"),
        width=whole(found["width"], f"{where}.width"),
        height=whole(found["height"], f"{where}.height"),
        origin=_origin(found["origin"], f"{where}.origin"),
        statistics=_statistics(found["statistics"], f"{where}.statistics"),
        faces=None if faces is None else _faces(faces, f"{where}.faces"),
        stratum=text(found["stratum"], f"{where}.stratum"),
        scores=_by_name(number, found["scores"], f"{where}.scores"),
    )


def _origin(value: JsonValue, where: str) -> Origin:
    found = record(value, where, _names(Origin))
    return Origin(
        source=text(found["source"], f"{where}.source"),
        name=text(found["name"], f"{where}.name"),
        frame=whole(found["frame"], f"{where}.frame"),
        taken=text(found["taken"], f"{where}.taken"),
        sha256=text(found["sha256"], f"{where}.sha256"),
        width=whole(found["width"], f"{where}.width"),
        height=whole(found["height"], f"{where}.height"),
    )


def _statistics(value: JsonValue, where: str) -> Statistics:
    found = record(value, where, _names(Statistics))
    return Statistics(**_by_name(number, found, where))


def _faces(value: JsonValue, where: str) -> tuple[Face, ...]:
    found = [record(each, where, _names(Face)) for each in items(value, where)]
    return tuple(Face(_box(each["box"], where), number(each["score"], where)) for each in found)


def _box(value: JsonValue, where: str) -> tuple[float, float, float, float]:
    left, top, right, bottom = numbers(value, f"{where}.box", 4)
    return left, top, right, bottom


def _by_name(read: Callable[[JsonValue, str], T], value: JsonValue, where: str) -> dict[str, T]:
    return {name: read(each, f"{where}.{name}") for name, each in members(value, where).items()}
