"""Where frames with their faces go."""

from featherface_runtime.sinks.json_lines import JsonLines
from featherface_runtime.sinks.pictures import Pictures
from featherface_runtime.sinks.protocol import Sink, SourceInfo, StreamInfo

__all__ = ["JsonLines", "Pictures", "Sink", "SourceInfo", "StreamInfo"]
