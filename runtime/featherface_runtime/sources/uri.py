"""One syntax for every source of frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from featherface_edge.errors import SourceError
from featherface_edge.optional import load
from featherface_runtime.sources.protocol import SourceOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_runtime.sources.protocol import Source

_DEFAULTS = SourceOptions()


class Kind(NamedTuple):
    """A kind of source: its module with source(uri, name, options), and how its URIs look."""

    module: str
    syntax: str


SOURCES: dict[str, Kind] = {}


def open_source(uri: str, *, name: str = "", options: SourceOptions = _DEFAULTS) -> Source:
    """Give the source behind the URI, ready for its open(), which is what connects.

    name: what users shall know it by; empty: made from the URI, without its password.

    Raises: SourceError when the URI names no source or has an option that is not known.
    """
    scheme = uri.partition(":")[0].lower()
    if scheme not in SOURCES:
        known = ", ".join(kind.syntax for kind in SOURCES.values())
        message = f"{uri!r} is no source: wanted {known}, or a photograph, video or folder"
        raise SourceError(message, lasting=True)
    module = load(SOURCES[scheme].module, f"the source {scheme}", "")
    make: Callable[[str, str, SourceOptions], Source] = module.source
    return make(uri, name, options)
