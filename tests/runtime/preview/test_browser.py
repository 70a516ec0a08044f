"""The page in a real browser, with the real stream behind it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from featherface_edge.detection import Detections
from featherface_runtime.camera.addresses import links
from featherface_runtime.live import Feed, Heat, Stream, StreamOptions
from featherface_runtime.preview import Preview
from featherface_runtime.sinks.serving import Address
from featherface_runtime.sources import open_source
from tests.browser import needs_browser
from tests.devtools import browsing
from tests.fakes import model_spec

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from featherface_edge.detection import Frame, Placement

GREEN = (64, 220, 64)
SCENES = {"hall": "test:?size=320x240&fps=15&faces=1", "yard": "test:?size=200x200&fps=15&seed=2"}
TOKEN = "a/b&c"  # noqa: S105 -- of the test
DRAWN = "document.getElementById('picture').dataset.frame > 0"


class TwoFaces:
    """Sees the same two faces in every frame, one surer than the other."""

    def __init__(self) -> None:
        self.spec = model_spec(96, 64)
        self.thresholds = self.spec.thresholds

    def find(self, canvas: Frame, placement: Placement) -> Detections:
        del canvas, placement
        boxes = np.array([[20, 30, 80, 110], [100, 30, 160, 110]], np.float32)
        marks = np.full((2, 5, 2), np.nan, np.float32)
        return Detections(boxes, np.array([0.9, 0.6], np.float32), marks)


@contextmanager
def served(
    root: Path, token: str = "", viewers: int = 16
) -> Generator[tuple[str, Stream], None, None]:
    """Run a stream with two sources on a hot board, and give its page's address."""
    zone = root / "sys/class/thermal/thermal_zone0"
    zone.mkdir(parents=True)
    (zone / "temp").write_text("91000")
    preview = Preview(Address("127.0.0.1", 0), lambda: stream, token=token, viewers=viewers)
    feeds = [Feed(name, partial(open_source, uri, name=name)) for name, uri in SCENES.items()]
    options = StreamOptions(root=root, heat=Heat(worse=3600))
    stream = Stream(TwoFaces(), feeds, [preview], options)
    with stream:
        (link,) = links(preview.url, token)
        yield link, stream


def greens(screenshot: bytes) -> int:
    """How many pixels have the colour of boxes."""
    decoded = cv2.imdecode(np.frombuffer(screenshot, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return int((np.abs(decoded[..., ::-1].astype(int) - GREEN).max(axis=2) < 20).sum())


@needs_browser
@pytest.mark.parametrize(("width", "height"), [(1000, 900), (390, 844)])
def test_the_page_lives(tmp_path: Path, width: int, height: int) -> None:
    with served(tmp_path / "board", token=TOKEN) as (url, stream), browsing(tmp_path) as browser:
        page = browser.tab(url, width, height)
        page.until(DRAWN)
        first = page.value("document.getElementById('picture').dataset.frame")
        page.until(f"document.getElementById('picture').dataset.frame > {first}")
        # Nothing reaches out of a phone's screen.
        assert page.value("document.documentElement.scrollWidth") <= width
        page.until("document.getElementById('fps').textContent.endsWith('/s')")
        assert page.text("faces") == "2"
        assert "ms" in page.text("age")
        assert " of " in page.text("dropped")
        assert page.text("notice") == ""
        assert page.text("temperature") == "91 °C"
        assert page.text("policy").startswith("1/2 of the rate, 15.0 a second at most (91 °C)")

        # Boxes are drawn, and not when they are switched off.
        assert greens(page.screenshot()) > 300
        page.value("document.getElementById('boxes').click()")
        before = page.value("document.getElementById('picture').dataset.frame")
        page.until(f"document.getElementById('picture').dataset.frame > {before}")
        assert greens(page.screenshot()) == 0

        # The slider reaches the stream.
        page.value("""(() => {
          const slider = document.getElementById("score");
          slider.value = 0.7;
          slider.dispatchEvent(new Event("input"));
        })()""")
        page.until("document.getElementById('faces').textContent == '1'")
        assert stream.score == 0.7

        # The other source has other pictures.
        assert page.value("document.getElementById('picture').width") == 320
        page.value("""(() => {
          const list = document.getElementById("source");
          list.value = "yard";
          list.dispatchEvent(new Event("change"));
        })()""")
        page.until("document.getElementById('picture').width == 200")


@needs_browser
def test_without_the_token_the_page_says_so(tmp_path: Path) -> None:
    with served(tmp_path / "board", token=TOKEN) as (url, _), browsing(tmp_path) as browser:
        page = browser.tab(url + "wrong")
        page.until("document.getElementById('notice').textContent.includes('token')")
        assert page.value("document.getElementById('picture').dataset.frame") is None
        # A token behind the ? works as well, and is taken out of the address.
        page = browser.tab(url.replace("/#", "/?"))
        page.until(DRAWN)
        assert page.value("location.search") == ""


@needs_browser
@pytest.mark.slow
def test_twenty_pages_at_the_same_time(tmp_path: Path) -> None:
    with served(tmp_path / "board", viewers=20) as (url, stream), browsing(tmp_path) as browser:
        pages = [browser.tab(url, 400, 400) for _ in range(20)]
        for page in pages:
            # Only one page is in front: each is told that it is seen.
            page.call("Emulation.setFocusEmulationEnabled", enabled=True)
        for page in pages:
            page.until(DRAWN)
        snapshot = stream.snapshot()
        assert all(source.state == "live" for source in snapshot.sources)
        assert all(not sink.broken and not sink.errors for sink in snapshot.sinks)
        late = browser.tab(url, 400, 400)
        late.until("document.getElementById('notice').textContent.includes('too many viewers')")
