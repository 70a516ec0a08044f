"""A camera with a page for browsers: python camera.py picamera2://0 127.0.0.1:8080"""

import sys

from featherface_runtime import Detector
from featherface_runtime.live import Feed, Stream, stopping
from featherface_runtime.live.finisher import Finisher
from featherface_runtime.preview import Preview
from featherface_runtime.sinks.serving import read_address
from featherface_runtime.sources import open_source


def main(camera: str, address: str) -> int:
    with Detector("edge-nano") as detector:
        page = Preview(read_address(address), lambda: stream)
        feed = Feed("camera", lambda: open_source(camera, name="camera"))
        stream = Stream(detector, [feed], [page], finisher=lambda _: Finisher())
        with stopping(stream.stop), stream:
            print(f"look at {page.url}", flush=True)
            stream.wait()
    return stream.status


sys.exit(main(*sys.argv[1:]))
