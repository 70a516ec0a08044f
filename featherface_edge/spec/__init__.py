"""ModelSpec, the manifest inside every artifact, and its JSON text."""

from featherface_edge.spec.decoding import BoxCoding, Decoding, Kind, Origin, ScoreRule
from featherface_edge.spec.manifest import from_json, to_json
from featherface_edge.spec.model_spec import (
    SCHEMA_VERSION,
    AnchorLevel,
    Calibration,
    Colour,
    JsonValue,
    Letterbox,
    ModelSpec,
    OutputMap,
    Precision,
    Preprocessing,
    Thresholds,
    Verdict,
)

__all__ = [
    "SCHEMA_VERSION",
    "AnchorLevel",
    "BoxCoding",
    "Calibration",
    "Colour",
    "Decoding",
    "JsonValue",
    "Kind",
    "Letterbox",
    "ModelSpec",
    "Origin",
    "OutputMap",
    "Precision",
    "Preprocessing",
    "ScoreRule",
    "Thresholds",
    "Verdict",
    "from_json",
    "to_json",
]
