from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from featherface_edge.errors import SinkError
from featherface_runtime.sinks.window import Window
from tests.runtime.sinks.results import INFO

if TYPE_CHECKING:
    from collections.abc import Generator

needs_tk = pytest.mark.skipif(find_spec("tkinter") is None, reason="Tk is missing: python3-tk")

PROGRAM = """
import sys
from dataclasses import replace
sys.path[:0] = {path!r}
from featherface_runtime.sinks.window import Window
from tests.pictures import plain
from tests.runtime.sinks.results import INFO, result
closed = []
window = Window(lambda: closed.append(1))
window.begin(INFO)
for colour, size in (((200, 100, 50), (160, 120)), ((10, 20, 250), (100, 60))):
    window.write(result(frame=plain(*size, colour)))
    label = window._labels["front door"]
    image = window._images["front door"]
    top = label.winfo_toplevel()
    assert top.title() == "front door - edge"
    assert (label.winfo_width(), label.winfo_height()) == size, label.winfo_geometry()
    assert (image.width(), image.height()) == size
    assert image.get(5, 5) == colour
window.write(result(source="another"))
top.tk.call(*top.protocol("WM_DELETE_WINDOW").split())
for _ in range(3):
    window.write(result())
assert closed == [1], closed
window.close()
print("shown")
"""


@pytest.fixture(scope="module")
def screen() -> Generator[str, None, None]:
    """A screen that nobody sees."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("Xvfb is missing: install the packages of .ci/apt.txt")
    reader, writer = os.pipe()
    command = [server, "-displayfd", str(writer), "-screen", "0", "640x480x24"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, pass_fds=[writer], stdout=quiet, stderr=quiet) as process:
        os.close(writer)
        try:
            with os.fdopen(reader) as told:
                yield f":{told.readline().strip()}"
        finally:
            process.kill()


@needs_tk
def test_a_window_shows_each_frame_until_it_is_closed(screen: str) -> None:
    command = [sys.executable, "-c", PROGRAM.format(path=sys.path)]
    done = subprocess.run(
        command,
        env={**os.environ, "DISPLAY": screen},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout == "shown\n", done.stderr


@needs_tk
def test_without_a_screen_there_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(SinkError, match=re.escape("no window can be opened (no display name")):
        Window().begin(INFO)


def test_without_tk_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tkinter", None)
    with pytest.raises(SinkError, match="apt install python3-tk"):
        Window().begin(INFO)
