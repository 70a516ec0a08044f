"""The proof of an artifact: its faces and raw maps against those of its float network."""

from featherface_converters.proof.details import Details, details
from featherface_converters.proof.limits import LIMITS, Limits
from featherface_converters.proof.measures import prove
from featherface_converters.proof.record import Proof
from featherface_converters.proof.reference import Exam, Reference, reference, require_apart

__all__ = [
    "LIMITS",
    "Details",
    "Exam",
    "Limits",
    "Proof",
    "Reference",
    "details",
    "prove",
    "reference",
    "require_apart",
]
