"""Formats: what each target can do, what may be chosen of it, and what opens its files."""

from featherface_converters.formats.capability import TARGETS, UNOFFERED, Capability
from featherface_converters.formats.options import DEFAULT, Options, require_possible

__all__ = ["DEFAULT", "TARGETS", "UNOFFERED", "Capability", "Options", "require_possible"]
