"""The zoo: INT8 models that come with this package, and what was measured of them."""

from featherface_runtime.zoo.choosing import ORDER, Shipped, choose, smaller
from featherface_runtime.zoo.figures import Machine, Precision, Reference, Timing
from featherface_runtime.zoo.index_file import INDEX_NAME, from_json, read_index, to_json
from featherface_runtime.zoo.packing import unpack
from featherface_runtime.zoo.records import (
    SUFFIXES,
    Archive,
    Artifact,
    Default,
    Format,
    Index,
    Network,
)
from featherface_runtime.zoo.shelf import SHELF, is_file, is_model, model_file

__all__ = [
    "INDEX_NAME",
    "ORDER",
    "SHELF",
    "SUFFIXES",
    "Archive",
    "Artifact",
    "Default",
    "Format",
    "Index",
    "Machine",
    "Network",
    "Precision",
    "Reference",
    "Shipped",
    "Timing",
    "choose",
    "from_json",
    "is_file",
    "is_model",
    "model_file",
    "read_index",
    "smaller",
    "to_json",
    "unpack",
]
