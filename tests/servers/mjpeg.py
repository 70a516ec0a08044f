"""An HTTP camera on the standard library: multipart JPEG with the clock painted in."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import cv2

from tests.servers import clock

if TYPE_CHECKING:
    from collections.abc import Generator

BOUNDARY = "frame"


@dataclass
class Camera:
    """A running server. url: of its stream. Members may be changed while it runs.

    size: of the pictures. silent: nothing is sent any more. cut: connections are closed.
    """

    fps: float = 30.0
    size: tuple[int, int] = (640, 480)
    silent: threading.Event = field(default_factory=threading.Event)
    cut: threading.Event = field(default_factory=threading.Event)
    url: str = ""


@contextmanager
def http_camera(camera: Camera, port: int = 0) -> Generator[Camera, None, None]:
    """Serve the camera on this machine in the block; port 0: any free one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Send pictures for as long as the viewer stays."""
            if self.path.startswith("/stream"):
                _stream(self, camera)
            else:
                self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            """Keep tests quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    camera.url = f"http://127.0.0.1:{server.server_address[1]}/stream.mjpg"
    try:
        yield camera
    finally:
        camera.cut.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _stream(handler: BaseHTTPRequestHandler, camera: Camera) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
    handler.end_headers()
    start, number = time.monotonic(), 0
    while not camera.cut.wait(max(0.0, start + number / camera.fps - time.monotonic())):
        if not camera.silent.is_set():
            try:
                handler.wfile.write(_part(number, camera.size))
            except OSError:
                return
        number += 1


def _part(number: int, size: tuple[int, int]) -> bytes:
    _, jpeg = cv2.imencode(".jpg", clock.paint(number, *size))
    data = jpeg.tobytes()
    head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode("ascii") + data + b"\r\n"
