"""Events of a camera to a broker: python rtsp_to_mqtt.py rtsp://door.local/live mqtt://broker/door

Home Assistant finds the camera by itself.
"""

import sys

from featherface_runtime import Detector
from featherface_runtime.live import Feed, Stream, stopping
from featherface_runtime.live.finisher import Finisher
from featherface_runtime.sinks import Ties, open_sink
from featherface_runtime.sources import open_source


def main(camera: str, broker: str) -> int:
    with Detector("edge") as detector:
        ties = Ties(lambda: stream.snapshot(), lambda: stream.stop())
        feed = Feed("door", lambda: open_source(camera, name="door"))
        stream = Stream(detector, [feed], [open_sink(broker, ties)], finisher=lambda _: Finisher())
        with stopping(stream.stop):
            return stream.run()


sys.exit(main(*sys.argv[1:]))
