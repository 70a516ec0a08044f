"""An RTSP camera on GStreamer, H.264, with the clock painted in: a program of its own.

It runs on the system's Python, to which Debian's packages bring GStreamer (.ci/apt.txt):
python3 tests/servers/rtsp_camera.py PORT [WIDTHxHEIGHT [FPS [h264|h265|mjpeg]]]. It says "ready" on
standard output once it serves rtsp://127.0.0.1:PORT/cam.
"""

from __future__ import annotations

import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.servers import clock

gi: Any = import_module("gi")
gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
GLib: Any = import_module("gi.repository.GLib")
Gst: Any = import_module("gi.repository.Gst")
GstRtspServer: Any = import_module("gi.repository.GstRtspServer")

CODECS = {
    "h264": "video/x-raw,format=I420 ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=2000"
    " key-int-max=30 ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=1",
    "h265": "video/x-raw,format=I420 ! x265enc tune=zerolatency speed-preset=ultrafast bitrate=2000"
    " key-int-max=30 ! h265parse ! rtph265pay name=pay0 pt=96 config-interval=1",
    "mjpeg": "video/x-raw,format=I420 ! jpegenc ! rtpjpegpay name=pay0 pt=26",
}


def main(arguments: list[str]) -> None:
    """Serve until killed."""
    port, size, fps, codec = (*arguments, *("640x480", "30", "h264")[len(arguments) - 1 :])
    width, height = (int(side) for side in size.split("x"))
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_shared(True)
    factory.set_launch(
        "( appsrc name=src is-live=true do-timestamp=true format=time block=true max-buffers=2"
        f" caps=video/x-raw,format=GRAY8,width={width},height={height},framerate={fps}/1"
        f" ! videoconvert ! {CODECS[codec]} )"
    )

    def configured(_: object, media: Any) -> None:  # noqa: ANN401 - GStreamer
        feed(media, width, height, float(fps))

    factory.connect("media-configure", configured)
    server.get_mount_points().add_factory("/cam", factory)
    server.attach(None)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


def feed(media: Any, width: int, height: int, fps: float) -> None:  # noqa: ANN401 - GStreamer
    """Push pictures into the media from a thread until it is unprepared."""
    source = media.get_element().get_child_by_name("src")
    ended = threading.Event()

    def unprepared(_: object) -> None:
        ended.set()

    media.connect("unprepared", unprepared)

    def push() -> None:
        # Before the pipeline has its base time, a picture is stamped with the hours since the boot.
        while not (source.get_base_time() or ended.wait(0.001)):
            pass
        start, number = time.monotonic(), 0
        while not ended.wait(max(0.0, start + number / fps - time.monotonic())):
            picture = clock.paint(number, width, height)
            if source.emit("push-buffer", Gst.Buffer.new_wrapped(picture.tobytes())) != (
                Gst.FlowReturn.OK
            ):
                return
            number += 1

    threading.Thread(target=push, daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1:])
