"""ModelSpec, the manifest inside every artifact, and its JSON text."""

from featherface_edge.spec.checks import Checks
from featherface_edge.spec.decoding import BoxCoding, Decoding, Kind, Origin, ScoreRule
from featherface_edge.spec.manifest import from_json, to_json
from featherface_edge.spec.model_spec import (
    SCHEMA_VERSION,
    AnchorLevel,
    Axis,
    Calibration,
    Colour,
    Ends,
    JsonValue,
    Letterbox,
    ModelSpec,
    OutputMap,
    Precision,
    Preprocessing,
    Thresholds,
    Verdict,
)
from featherface_edge.spec.parts import COMPANIONS, bytes_of, parts, require_parts
from featherface_edge.spec.seal import BLANK, SIGNED, Seal, Sign, read_seal, write_seal
from featherface_edge.spec.usual import QUANTILES, Usual

__all__ = [
    "BLANK",
    "COMPANIONS",
    "QUANTILES",
    "SCHEMA_VERSION",
    "SIGNED",
    "AnchorLevel",
    "Axis",
    "BoxCoding",
    "Calibration",
    "Checks",
    "Colour",
    "Decoding",
    "Ends",
    "JsonValue",
    "Kind",
    "Letterbox",
    "ModelSpec",
    "Origin",
    "OutputMap",
    "Precision",
    "Preprocessing",
    "ScoreRule",
    "Seal",
    "Sign",
    "Thresholds",
    "Usual",
    "Verdict",
    "bytes_of",
    "from_json",
    "parts",
    "read_seal",
    "require_parts",
    "to_json",
    "write_seal",
]
