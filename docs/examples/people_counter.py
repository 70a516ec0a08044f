"""Who goes in and out through a door: python people_counter.py rtsp://door.local/live

The line runs from the top to the bottom of the picture, through its middle.
"""

import sys

from featherface_runtime import Detector
from featherface_runtime.live import Feed, Result, Stream, stopping
from featherface_runtime.live.finisher import Finisher
from featherface_runtime.sinks import StreamInfo
from featherface_runtime.sources import open_source
from featherface_runtime.track import read_line


class Counter:
    """A sink that counts crossings of the line."""

    name = "counter"
    newest = False  # every result matters, not only the latest

    within = 0

    def begin(self, info: StreamInfo) -> None:
        print(f"looking at {info.sources[0].name}")

    def write(self, result: Result) -> None:
        for event in result.events:
            if event.kind in ("in", "out"):
                self.within += 1 if event.kind == "in" else -1
                print(f"face {event.identity} goes {event.kind}: {self.within} within", flush=True)

    def close(self) -> None:
        print(f"{self.within} within at the end")


door = [read_line("door:0.5,0,0.5,1")]
with Detector("edge") as detector:
    feed = Feed("door", lambda: open_source(sys.argv[1], name="door"))
    stream = Stream(detector, [feed], [Counter()], finisher=lambda _: Finisher(places=door))
    with stopping(stream.stop):
        sys.exit(stream.run())
