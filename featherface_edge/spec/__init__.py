"""ModelSpec, the manifest inside every artifact, and its JSON text."""

from featherface_edge.spec.manifest import from_json, to_json
from featherface_edge.spec.model_spec import (
    SCHEMA_VERSION,
    AnchorLevel,
    Calibration,
    Colour,
    JsonValue,
    Kind,
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
    "Calibration",
    "Colour",
    "JsonValue",
    "Kind",
    "Letterbox",
    "ModelSpec",
    "OutputMap",
    "Precision",
    "Preprocessing",
    "Thresholds",
    "Verdict",
    "from_json",
    "to_json",
]
