"""Where frames with their faces go."""

from featherface_runtime.sinks.json_lines import JsonLines
from featherface_runtime.sinks.pictures import Pictures
from featherface_runtime.sinks.protocol import Sink, SourceInfo, StreamInfo, Ties
from featherface_runtime.sinks.uri import SINKS, open_sink

__all__ = [
    "SINKS",
    "JsonLines",
    "Pictures",
    "Sink",
    "SourceInfo",
    "StreamInfo",
    "Ties",
    "open_sink",
]
