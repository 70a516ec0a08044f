"""The manifest as JSON text: ModelSpec there and back, refused when unknown or inconsistent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from featherface_edge.errors import ModelFileError
from featherface_edge.spec.checks import read_checks
from featherface_edge.spec.decoding import read_decoding
from featherface_edge.spec.fields import (
    items,
    members,
    names,
    number,
    numbers,
    record,
    text,
    texts,
    whole,
    wholes,
)
from featherface_edge.spec.model_spec import (
    SCHEMA_VERSION,
    AnchorLevel,
    Calibration,
    ModelSpec,
    OutputMap,
    Preprocessing,
    Thresholds,
)
from featherface_edge.spec.usual import read_usual

if TYPE_CHECKING:
    from featherface_edge.spec.decoding import Kind
    from featherface_edge.spec.model_spec import Colour, JsonValue, Letterbox, Precision

_Reader: TypeAlias = "Callable[[JsonValue, str], Any]"  # (value, its place) -> the record's field

_VERSION_KEY = "schema_version"
# Members that older manifests do not have, each with its reader. One that is empty is left out.
_OPTIONAL: dict[str, _Reader] = {
    "architecture": text,
    "plan": members,
    "io": text,
    "dynamic": names,
    "decoding": read_decoding,
    "checks": read_checks,
    "usual": read_usual,
    "seal": text,
}


def to_json(spec: ModelSpec) -> str:
    """Give the manifest as JSON text, one member a line, in the order of the record.

    Raises: ValueError when the proof holds a value that JSON does not have, such as NaN.
    """
    whole_record = {_VERSION_KEY: SCHEMA_VERSION, **members(plain(spec), "manifest")}
    held = {key: part for key, part in whole_record.items() if part or key not in _OPTIONAL}
    return json.dumps(held, indent=1, ensure_ascii=False, allow_nan=False)


def from_json(manifest: str) -> ModelSpec:
    """Give the ModelSpec that the text holds.

    Raises: ModelFileError when it is no JSON, of an unknown version, incomplete or inconsistent.
    """
    try:
        value: JsonValue = json.loads(manifest)
        return _model_spec(value)
    except ValueError as error:
        message = f"the manifest does not hold: {error}: convert the model again"
        raise ModelFileError(message) from error


def plain(value: object) -> JsonValue:
    """Give records, mappings and sequences as JSON has them."""
    if is_dataclass(value):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, object]", value)
        return {key: plain(item) for key, item in mapping.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in cast("Sequence[object]", value)]
    return cast("JsonValue", value)


def _names(kind: type) -> list[str]:
    return [part.name for part in fields(kind)]


def _model_spec(value: JsonValue) -> ModelSpec:
    given = members(value, "manifest")
    version = given.get(_VERSION_KEY)
    if version != SCHEMA_VERSION:
        message = f"{_VERSION_KEY} is {version!r}, this release knows {SCHEMA_VERSION}"
        raise ValueError(message)
    keys = [name for name in _names(ModelSpec) if name not in _OPTIONAL or name in given]
    found = record(value, "manifest", [_VERSION_KEY, *keys])
    calibration, proof = found["calibration"], found["proof"]
    first, second = numbers(found["variances"], "variances", 2)
    return ModelSpec(
        network=text(found["network"], "network"),
        version=text(found["version"], "version"),
        precision=cast("Precision", text(found["precision"], "precision")),
        preprocessing=read_preprocessing(found["preprocessing"]),
        levels=tuple(_level(item) for item in items(found["levels"], "levels")),
        outputs=tuple(_output(item) for item in items(found["outputs"], "outputs")),
        weights_sha256=text(found["weights_sha256"], "weights_sha256"),
        variances=(first, second),
        thresholds=_thresholds(found["thresholds"]),
        classes=tuple(text(item, "classes") for item in items(found["classes"], "classes")),
        training=texts(found["training"], "training"),
        calibration=None if calibration is None else _calibration(calibration),
        proof=None if proof is None else members(proof, "proof"),
        toolchain=texts(found["toolchain"], "toolchain"),
        **{name: read(found[name], name) for name, read in _OPTIONAL.items() if name in found},
    )


def read_preprocessing(value: JsonValue) -> Preprocessing:
    """Give the record that the JSON object holds.

    Raises: ValueError when it has other members, or values that cannot be.
    """
    where = "preprocessing"
    found = record(value, where, _names(Preprocessing))
    return Preprocessing(
        width=whole(found["width"], f"{where}.width"),
        height=whole(found["height"], f"{where}.height"),
        colour=cast("Colour", text(found["colour"], f"{where}.colour")),
        mean=cast("tuple[float, float, float]", numbers(found["mean"], f"{where}.mean", 3)),
        scale=number(found["scale"], f"{where}.scale"),
        pad=cast("tuple[int, int, int]", wholes(found["pad"], f"{where}.pad")),
        letterbox=cast("Letterbox", text(found["letterbox"], f"{where}.letterbox")),
    )


def _level(value: JsonValue) -> AnchorLevel:
    found = record(value, "level", _names(AnchorLevel))
    return AnchorLevel(
        stride=whole(found["stride"], "level.stride"), sizes=wholes(found["sizes"], "level.sizes")
    )


def _output(value: JsonValue) -> OutputMap:
    found = record(value, "output", _names(OutputMap))
    return OutputMap(
        name=text(found["name"], "output.name"),
        stride=whole(found["stride"], "output.stride"),
        kind=cast("Kind", text(found["kind"], "output.kind")),
    )


def _thresholds(value: JsonValue) -> Thresholds:
    where = "thresholds"
    found = record(value, where, _names(Thresholds))
    return Thresholds(
        score=number(found["score"], f"{where}.score"),
        iou=number(found["iou"], f"{where}.iou"),
        top_k=whole(found["top_k"], f"{where}.top_k"),
        keep_k=whole(found["keep_k"], f"{where}.keep_k"),
    )


def _calibration(value: JsonValue) -> Calibration:
    where = "calibration"
    found = record(value, where, _names(Calibration))
    return Calibration(
        source=text(found["source"], f"{where}.source"),
        images=whole(found["images"], f"{where}.images"),
        fingerprint=text(found["fingerprint"], f"{where}.fingerprint"),
        method=text(found["method"], f"{where}.method"),
    )
