"""Whether a model file is what was made, and whether it computes here what it did there."""

from featherface_runtime.trust.inputs import SIDE, canvases, packed_picture
from featherface_runtime.trust.replay import Replay, replay, require_agreement
from featherface_runtime.trust.samples import deviations, noted, packed_values
from featherface_runtime.trust.verdict import Verify, objecting

__all__ = [
    "SIDE",
    "Replay",
    "Verify",
    "canvases",
    "deviations",
    "noted",
    "objecting",
    "packed_picture",
    "packed_values",
    "replay",
    "require_agreement",
]
