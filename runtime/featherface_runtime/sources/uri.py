"""One syntax for every source of frames: SCHEME:PLACE?KEY=VALUE&KEY=VALUE.

Streams of the network carry their options behind a #, because what stands behind the ? is the
camera's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.errors import SourceError
from featherface_edge.optional import load
from featherface_runtime.sources.address import UriKind, shown
from featherface_runtime.sources.protocol import SourceOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_runtime.sources.protocol import Source

_DEFAULTS = SourceOptions()
_FILES = "file"
_HERE = "featherface_runtime.sources"
SOURCES = {  # scheme -> its module with source(uri, name, options)
    "picamera2": UriKind(f"{_HERE}.picamera", "picamera2://0?size=WxH&lores=WxH"),
    "v4l2": UriKind(f"{_HERE}.v4l2", "v4l2:///dev/video0?size=WxH&format=MJPG"),
    "csi": UriKind(f"{_HERE}.csi", "csi://0?size=WxH (Jetson)"),
    "rtsp": UriKind(f"{_HERE}.network", "rtsp://HOST/PATH#transport=udp"),
    "rtsps": UriKind(f"{_HERE}.network", "rtsps://HOST/PATH"),
    "http": UriKind(f"{_HERE}.network", "http://HOST/PATH"),
    "https": UriKind(f"{_HERE}.network", "https://HOST/PATH"),
    "gst": UriKind(f"{_HERE}.gstreamer", "gst:PIPELINE"),
    _FILES: UriKind(f"{_HERE}.files", "file:PATH?loop=true&live=true"),
    "test": UriKind(f"{_HERE}.trial", "test:?size=WxH&fps=30&faces=4"),
}


def open_source(uri: str, *, name: str = "", options: SourceOptions = _DEFAULTS) -> Source:
    """Give the source behind the URI, ready for its open(), which is what connects.

    uri: as in SOURCES; or the path of a photograph, a video, a folder or a pattern such as
    `photos/*.jpg`; or /dev/videoN. name: what users shall know it by; empty: made from the URI.

    Raises: SourceError when the URI names no source or has an option that is not known.
    """
    scheme, uri = _read(uri)
    module = load(SOURCES[scheme].module, f"the source {scheme}", "")
    make: Callable[[str, str, SourceOptions], Source] = module.source
    return make(uri, name, options)


def _read(uri: str) -> tuple[str, str]:
    """Give the scheme, and the URI with it in front."""
    scheme, colon, rest = uri.partition(":")
    if colon and scheme.lower() in SOURCES:
        return scheme.lower(), f"{scheme.lower()}:{rest}"
    if uri.startswith("/dev/video"):
        return "v4l2", f"v4l2://{uri}"
    if not uri or "://" in uri:
        known = ", ".join(kind.syntax for kind in SOURCES.values())
        message = f"{shown(uri)!r} is no source: wanted {known}, or a photograph, video or folder"
        raise SourceError(message, lasting=True)
    return _FILES, uri
