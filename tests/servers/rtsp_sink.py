"""Our RTSP sink in a program of its own, on the system's Python, which has GStreamer.

PYTHONPATH=... python3 tests/servers/rtsp_sink.py URI: a red picture, twenty times a second, whose
size changes when a line comes on standard input; the second line ends it.
"""

from __future__ import annotations

import sys
import threading
import time

from featherface_runtime.sinks import open_sink
from tests.pictures import plain
from tests.runtime.sinks.results import INFO, TIES, result


def main() -> None:
    """Serve until told."""
    sink = open_sink(sys.argv[1], TIES)
    sink.begin(INFO)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    lines: list[str] = []
    threading.Thread(target=lambda: lines.extend(sys.stdin), daemon=True).start()
    number = 0
    while len(lines) < 2:
        width, height = (162, 120) if lines else (322, 240)
        sink.write(result(number / 20, frame=plain(width, height, (200, 30, 30))))
        number += 1
        time.sleep(0.05)
    sink.close()
    sys.stdout.write("closed\n")


main()
