from __future__ import annotations

import json
from dataclasses import fields, replace
from importlib.resources import files
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given

from featherface_edge.errors import ModelFileError
from featherface_edge.spec import BLANK, ModelSpec, from_json, to_json
from tests import strategies
from tests.fakes import model_spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_edge.spec import JsonValue

    Members = dict[str, JsonValue]

JSONSCHEMA = pytest.importorskip("jsonschema")
SCHEMA = json.loads(files("featherface_edge.spec").joinpath("manifest.schema.json").read_text())


def members() -> Members:
    return cast("Members", json.loads(to_json(model_spec())))


def inner(manifest: Members, name: str) -> Members:
    return cast("Members", manifest[name])


def first(manifest: Members, name: str) -> Members:
    return cast("list[Members]", manifest[name])[0]


def errors_of_schema(manifest: Members) -> list[object]:
    return list(JSONSCHEMA.Draft202012Validator(SCHEMA).iter_errors(manifest))


@given(strategies.model_specs())
def test_there_and_back(spec: ModelSpec) -> None:
    assert from_json(to_json(spec)) == spec


@given(strategies.model_specs())
def test_every_manifest_meets_the_schema(spec: ModelSpec) -> None:
    assert not errors_of_schema(json.loads(to_json(spec)))


def test_the_schema_is_one_itself() -> None:
    JSONSCHEMA.Draft202012Validator.check_schema(SCHEMA)


def remove(name: str) -> Callable[[Members], object]:
    return lambda manifest: manifest.pop(name)


def put(name: str, value: JsonValue) -> Callable[[Members], object]:
    return lambda manifest: manifest.update({name: value})


def put_in(part: str, name: str, value: JsonValue) -> Callable[[Members], object]:
    return lambda manifest: inner(manifest, part).update({name: value})


def put_in_first(part: str, name: str, value: JsonValue) -> Callable[[Members], object]:
    return lambda manifest: first(manifest, part).update({name: value})


def drop_last(part: str) -> Callable[[Members], object]:
    return lambda manifest: cast("list[Members]", manifest[part]).pop()


DECODING: dict[str, JsonValue] = {
    "scores": "sigmoid",
    "boxes": "ssd",
    "origin": "corner",
    "landmarks": "centres",
}


def put_check(name: str, value: JsonValue) -> Callable[[Members], object]:
    return lambda manifest: manifest.update({"checks": {**CHECKS, name: value}})


CHECKS: Members = {
    "pictures": ["a"],
    "samples": 32,
    "expected": "b",
    "tolerances": {output.name: 0.1 for output in model_spec().outputs},
    "engine": "c 1.0",
}
CALIBRATION: JsonValue = {"source": "a", "images": 0, "fingerprint": "0" * 64, "method": "b"}
SCHEMA_AND_READER_REFUSE = {
    "unknown version": (put("schema_version", 2), "schema_version is 2, this release knows 1"),
    "no version": (remove("schema_version"), "schema_version is None"),
    "unknown key": (put("speed", 1), "unknown speed, known are schema_version, network"),
    "missing key": (remove("levels"), "manifest lacks levels"),
    "unknown inner key": (put_in("thresholds", "nms", 1), "thresholds has unknown nms"),
    "missing inner key": (put("thresholds", {"score": 0.5}), "thresholds lacks iou, top_k"),
    "no object": (put("preprocessing", 3), "preprocessing is 3, wanted an object"),
    "no array": (put("levels", "all"), "levels is 'all', wanted an array"),
    "no text": (put("network", 1), "network is 1, wanted a string"),
    "no number": (put_in("preprocessing", "scale", "1"), "wanted a number"),
    "no whole number": (put_in("preprocessing", "width", 64.5), "wanted a whole number"),
    "true is no number": (put_in("thresholds", "top_k", True), "wanted a whole number"),  # noqa: FBT003
    "short mean": (put_in("preprocessing", "mean", [1.0, 2.0]), "wanted 3 numbers"),
    "short pad": (put_in("preprocessing", "pad", [1, 2]), "pad is \\[1, 2\\], wanted 3"),
    "pad too bright": (put_in("preprocessing", "pad", [1, 2, 256]), "0 to 255"),
    "no size": (put_in("preprocessing", "width", 0), "size is 0x64, wanted above 0"),
    "colour": (put_in("preprocessing", "colour", "hsv"), "wanted one of rgb, bgr"),
    "letterbox": (put_in("preprocessing", "letterbox", "centre"), "wanted one of top-left"),
    "scale": (put_in("preprocessing", "scale", 0), "scale is 0.0, wanted above 0"),
    "precision": (put("precision", "int4"), "wanted one of float32, float16, int8"),
    "no name": (put("network", ""), "network is empty"),
    "no classes": (put("classes", []), "classes is empty"),
    "no sizes": (put_in_first("levels", "sizes", []), "wanted some above 0"),
    "stride": (put_in_first("levels", "stride", 0), "stride is 0, wanted above 0"),
    "variances": (put("variances", [0.1, 0]), "variances are \\(0.1, 0.0\\)"),
    "score": (put_in("thresholds", "score", 1.5), "score is 1.5, wanted 0 to 1"),
    "top_k": (put_in("thresholds", "top_k", -1), "top_k is -1, wanted 0 \\(no cap\\)"),
    "fingerprint": (put("weights_sha256", "A" * 64), "wanted 64 lower-case hexadecimal"),
    "kind": (put_in_first("outputs", "kind", "mask"), "wanted one of score, box, landmark"),
    "output name": (put_in_first("outputs", "name", ""), "empty name"),
    "calibration": (put("calibration", CALIBRATION), "images is 0, wanted above 0"),
    "verdict": (put("proof", {"verdict": "maybe"}), "wanted one of passed, failed"),
    "training": (put("training", {"steps": 5}), "training.steps is 5, wanted a string"),
    "checks": (put("checks", {"pictures": []}), "checks lacks samples, expected, tolerances"),
    "no picture": (put_check("pictures", []), "0 pictures and 32 samples of a map, wanted at"),
    "no tolerance": (put_check("tolerances", {"cls_8": 0.0}), "tolerances.cls_8 is 0.0"),
    "usual": (put("usual", {"pictures": 3}), "usual lacks quantiles"),
    "no pictures": (
        put("usual", {"pictures": 0, "quantiles": {"a": [0.0] * 21}}),
        "usual has 0 pictures",
    ),
    "short quantiles": (
        put("usual", {"pictures": 1, "quantiles": {"a": [0.0]}}),
        "usual.quantiles.a are no 21 rising numbers",
    ),
    "seal": (put("seal", "featherface-seal-1:00"), "seal is 'featherface-seal-1:00', wanted"),
    "seal in capitals": (put("seal", BLANK.upper()), "seal is 'FEATHER"),
    "architecture": (put("architecture", 5), "architecture is 5, wanted a string"),
    "io": (put("io", "int4"), "io is 'int4', wanted one of , int8, uint8, float32"),
    "dynamic": (put("dynamic", ["depth"]), "an axis of dynamic is 'depth', wanted one of batch"),
    "decoding": (
        put("decoding", {**DECODING, "boxes": "yolo"}),
        "decoding.boxes is 'yolo', wanted",
    ),
    "short decoding": (
        put("decoding", {"scores": "sigmoid"}),
        "decoding lacks boxes, origin, landmarks",
    ),
}
READER_ALONE_REFUSES = {
    "no levels": (put("levels", []), "levels have strides \\[\\], wanted rising"),
    "levels fall": (put_in_first("levels", "stride", 64), "strides \\[64, 16, 32\\]"),
    "size": (put_in("preprocessing", "width", 48), "48x64, wanted multiples .* stride, 32"),
    "name twice": (put_in_first("outputs", "name", "box_8"), "\\['box_8'\\] twice"),
    "map twice": (put_in_first("outputs", "kind", "box"), "lack \\[\\(8, 'score'\\)\\]"),
    "no objectness": (
        put("decoding", {**DECODING, "scores": "product"}),
        "lack \\[\\(8, 'objectness'\\), \\(16, 'objectness'\\)",
    ),
    "landmarks for nothing": (
        put("decoding", {**DECODING, "landmarks": "none"}),
        "have too many \\[\\(8, 'landmark'\\), \\(16, 'landmark'\\)",
    ),
    "objectness for nothing": (
        put_in_first("outputs", "kind", "objectness"),
        "have too many \\[\\(8, 'objectness'\\)\\]",
    ),
    "tolerances": (put_check("tolerances", {"cls_8": 1}), "checks know the maps cls_8, wanted all"),
    "map missing": (drop_last("outputs"), "lack \\[\\(32, 'landmark'\\)\\]"),
}


def test_what_may_be_left_out_is_at_the_end_of_the_record() -> None:
    required = SCHEMA["required"]
    assert list(SCHEMA["properties"])[: len(required)] == required
    assert [part.name for part in fields(ModelSpec)] == list(SCHEMA["properties"])[1:]


def test_an_empty_optional_member_is_left_out() -> None:
    optional = set(SCHEMA["properties"]) - set(SCHEMA["required"])
    assert "architecture" in optional
    assert members().keys() == set(SCHEMA["required"])


def test_a_network_of_the_registry_names_no_architecture() -> None:
    assert "architecture" not in members()
    assert from_json(json.dumps(members())).built_as == model_spec().network


def test_a_network_of_its_own_widths_names_what_it_is_built_as() -> None:
    text = to_json(replace(model_spec(), network="slim", architecture="edge"))
    assert json.loads(text)["architecture"] == "edge"
    assert from_json(text).built_as == "edge"


@pytest.mark.parametrize(
    ("spoil", "said"), SCHEMA_AND_READER_REFUSE.values(), ids=SCHEMA_AND_READER_REFUSE.keys()
)
def test_schema_and_reader_refuse(spoil: Callable[[Members], object], said: str) -> None:
    manifest = members()
    spoil(manifest)
    assert errors_of_schema(manifest)
    with pytest.raises(ModelFileError, match=f"{said}.*: convert the model again"):
        from_json(json.dumps(manifest))


@pytest.mark.parametrize(
    ("spoil", "said"), READER_ALONE_REFUSES.values(), ids=READER_ALONE_REFUSES.keys()
)
def test_reader_refuses_what_contradicts_itself(
    spoil: Callable[[Members], object], said: str
) -> None:
    manifest = members()
    spoil(manifest)
    with pytest.raises(ModelFileError, match=f"{said}.*: convert the model again"):
        from_json(json.dumps(manifest))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '"edge"'])
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(ModelFileError, match="the manifest does not hold"):
        from_json(text)
