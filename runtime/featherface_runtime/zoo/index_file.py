"""The zoo's index as JSON text: there and back, refused when unknown or inconsistent."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, cast

from featherface_edge.errors import ModelFileError
from featherface_edge.spec.fields import items, members, number, record, text, texts, whole
from featherface_edge.spec.manifest import plain
from featherface_runtime.zoo.figures import Machine, Precision, Reference, Timing
from featherface_runtime.zoo.records import (
    SCHEMA_VERSION,
    Archive,
    Artifact,
    Default,
    Index,
    Network,
)

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.spec import JsonValue, Verdict
    from featherface_runtime.zoo.records import Format

INDEX_NAME = "index.json"
_VERSION_KEY = "schema_version"


def to_json(index: Index) -> str:
    """Give the index as JSON text."""
    whole_index = {_VERSION_KEY: SCHEMA_VERSION, **members(plain(index), "index")}
    return json.dumps(whole_index, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(source: str) -> Index:
    """Give the index that the text holds.

    Raises: ModelFileError when it is no JSON, of an unknown version, incomplete or inconsistent.
    """
    try:
        value: JsonValue = json.loads(source)
        return _index(value)
    except ValueError as error:
        message = f"the index of the shipped models does not hold: {error}: install anew"
        raise ModelFileError(message) from error


def read_index(folder: Path) -> Index:
    """Give the index of the models in a folder.

    Raises: ModelFileError when there is none, or it does not hold.
    """
    path = folder / INDEX_NAME
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = (
            f"{path} cannot be read ({error.strerror}), wanted the shipped models: install anew"
        )
        raise ModelFileError(message) from error


def _names(kind: type) -> list[str]:
    return [part.name for part in fields(kind)]


def _index(value: JsonValue) -> Index:
    version = members(value, "index").get(_VERSION_KEY)
    if version != SCHEMA_VERSION:
        message = f"{_VERSION_KEY} is {version!r}, this release knows {SCHEMA_VERSION}"
        raise ValueError(message)
    found = record(value, "index", [_VERSION_KEY, *_names(Index)])
    return Index(
        version=text(found["version"], "version"),
        default=_default(found["default"]),
        conditions=texts(found["conditions"], "conditions"),
        machine=_machine(found["machine"]),
        reference=_reference(found["reference"]),
        networks=tuple(_network(each) for each in items(found["networks"], "networks")),
        archives=tuple(_archive(each) for each in items(found["archives"], "archives")),
        artifacts=tuple(_artifact(each) for each in items(found["artifacts"], "artifacts")),
    )


def _default(value: JsonValue) -> Default:
    found = record(value, "default", _names(Default))
    return Default(
        text(found["network"], "default.network"),
        whole(found["width"], "default.width"),
        whole(found["height"], "default.height"),
        text(found["reason"], "default.reason"),
    )


def _machine(value: JsonValue) -> Machine:
    found = record(value, "machine", _names(Machine))
    return Machine(
        text(found["cpu"], "machine.cpu"),
        text(found["system"], "machine.system"),
        whole(found["threads"], "machine.threads"),
        texts(found["interpreters"], "machine.interpreters"),
    )


def _reference(value: JsonValue) -> Reference:
    where = "reference"
    found = record(value, where, _names(Reference))
    others = members(found["others"], f"{where}.others")
    return Reference(
        text(found["name"], f"{where}.name"),
        whole(found["width"], f"{where}.width"),
        whole(found["height"], f"{where}.height"),
        _times(found["milliseconds"], f"{where}.milliseconds"),
        {key: _times(each, f"{where}.others") for key, each in others.items()},
    )


def _times(value: JsonValue, where: str) -> dict[str, float]:
    return {key: number(each, f"{where}.{key}") for key, each in members(value, where).items()}


def _network(value: JsonValue) -> Network:
    found = record(value, "network", _names(Network))
    return Network(
        text(found["name"], "network.name"),
        whole(found["parameters"], "network.parameters"),
        text(found["weights_sha256"], "network.weights_sha256"),
    )


def _archive(value: JsonValue) -> Archive:
    found = record(value, "archive", _names(Archive))
    return Archive(
        text(found["file"], "archive.file"),
        whole(found["bytes"], "archive.bytes"),
        text(found["sha256"], "archive.sha256"),
    )


def _artifact(value: JsonValue) -> Artifact:
    where = "artifact"
    found = record(value, where, _names(Artifact))
    return Artifact(
        network=text(found["network"], f"{where}.network"),
        format=cast("Format", text(found["format"], f"{where}.format")),
        width=whole(found["width"], f"{where}.width"),
        height=whole(found["height"], f"{where}.height"),
        archive=text(found["archive"], f"{where}.archive"),
        model=text(found["model"], f"{where}.model"),
        files=texts(found["files"], f"{where}.files"),
        bytes=whole(found["bytes"], f"{where}.bytes"),
        precision=_precision(found["precision"], f"{where}.precision"),
        float_precision=_precision(found["float_precision"], f"{where}.float_precision"),
        landmark_error=number(found["landmark_error"], f"{where}.landmark_error"),
        timing=_timing(found["timing"], f"{where}.timing"),
        proof=cast("Verdict", text(found["proof"], f"{where}.proof")),
    )


def _precision(value: JsonValue, where: str) -> Precision:
    found = record(value, where, _names(Precision))
    return Precision(*(number(found[name], f"{where}.{name}") for name in _names(Precision)))


def _timing(value: JsonValue, where: str) -> Timing:
    found = record(value, where, _names(Timing))
    ratio = found["ratio"]
    return Timing(
        number(found["milliseconds"], f"{where}.milliseconds"),
        None if ratio is None else number(ratio, f"{where}.ratio"),
    )
