"""One syntax for every place where results go: SCHEME:PLACE?KEY=VALUE&KEY=VALUE, as for sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.errors import SinkError, SourceError
from featherface_edge.optional import load
from featherface_runtime.sources.address import UriKind, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_runtime.sinks.protocol import Sink, Ties

_HERE = "featherface_runtime.sinks"
SINKS = {  # scheme -> its module with sink(uri, ties)
    "window": UriKind(f"{_HERE}.window", "window:"),
    "video": UriKind(f"{_HERE}.video", "video:FILE.mkv?minutes=10&quality=80&drawn=false"),
    "json": UriKind(f"{_HERE}.journal", "json:FILE.jsonl?events=true&megabytes=100"),
    "snapshots": UriKind(
        f"{_HERE}.snapshots", "snapshots:FOLDER?on=enter&every=10&keep=1000&drawn=true"
    ),
    "mqtt": UriKind(f"{_HERE}.mqtt", "mqtt://USER:PASSWORD@HOST/TOPIC?results=true&discovery="),
    "mqtts": UriKind(f"{_HERE}.mqtt", "mqtts://HOST:8883/TOPIC"),
    "http": UriKind(f"{_HERE}.webhook", "http://HOST/PATH#results=true"),
    "https": UriKind(f"{_HERE}.webhook", "https://HOST/PATH#token=SECRET"),
    "prometheus": UriKind(f"{_HERE}.prometheus", "prometheus://127.0.0.1:9105"),
    "mjpeg": UriKind(f"{_HERE}.mjpeg", "mjpeg://0.0.0.0:8081?token=SECRET&viewers=16"),
    "rtsp": UriKind(f"{_HERE}.rtsp", "rtsp://USER:PASSWORD@0.0.0.0:8554"),
}


def open_sink(uri: str, ties: Ties) -> Sink:
    """Give the sink behind the URI, ready for its begin(), which is what connects.

    Raises: SinkError when the URI names none or has an option that is not known;
    MissingDependencyError when the sink needs a package that is not installed.
    """
    scheme, colon, rest = uri.partition(":")
    kind = SINKS.get(scheme.lower())
    if not colon or kind is None:
        known = ", ".join(each.syntax for each in SINKS.values())
        message = f"{shown(uri)!r} is no place for results: wanted {known}"
        raise SinkError(message)
    make: Callable[[str, Ties], Sink] = load(kind.module, f"the sink {scheme}", "").sink
    try:
        return make(f"{scheme.lower()}:{rest}", ties)
    except SourceError as error:  # URIs are read by what reads those of sources
        raise SinkError(str(error)) from error
