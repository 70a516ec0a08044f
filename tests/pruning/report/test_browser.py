"""The page in a real browser: it is laid out, nothing overlaps the edge, every picture shows."""

from __future__ import annotations

import html
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import cv2
import pytest

pytest.importorskip("torch")
pytest.importorskip("matplotlib", reason="install the extra 'train'")
pytest.importorskip("jinja2", reason="install the extra 'train'")

from featherface_edge.pruning.report.page import report_html
from tests.pruning.report.records import record

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
SECONDS = 120

pytestmark = [
    pytest.mark.torch,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing: install a browser"),
]

# The page in a frame, which tells its parent how it is laid out.
PROBE = """<!doctype html><body style="margin:0">
<iframe id="page" style="border:0" width="{width}" height="900" srcdoc="{page}"></iframe>
<script>
document.getElementById("page").onload = (event) => {{
  const page = event.target.contentDocument;
  const shown = [...page.querySelectorAll("details")];
  shown.forEach((part) => {{ part.open = true; }});
  const areas = (name) => [...page.querySelectorAll(name)].map((part) => {{
    const box = part.getBoundingClientRect();
    return [box.width, box.height];
  }});
  const found = {{
    width: page.documentElement.scrollWidth,
    drawings: areas("svg"),
    pictures: areas("img"),
    natural: [...page.querySelectorAll("img")].map((part) => part.naturalWidth),
    tables: areas("table"),
  }};
  const result = document.createElement("pre");
  result.textContent = "FOUND" + JSON.stringify(found) + "END";
  document.body.append(result);
}};
</script>"""


def browse(folder: Path, page: Path, *arguments: str) -> str:
    """What the browser prints of the page."""
    assert CHROMIUM is not None
    command = [
        *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
        *(f"--user-data-dir={folder / 'profile'}", *arguments, page.as_uri()),
    ]
    done = subprocess.run(
        command, capture_output=True, check=True, timeout=SECONDS, encoding="utf-8"
    )
    return done.stdout


@pytest.mark.parametrize("width", [1280, 400])
def test_the_page_fits_the_window(tmp_path: Path, width: int) -> None:
    probe = tmp_path / "probe.html"
    text = PROBE.format(width=width, page=html.escape(report_html(record())))
    probe.write_text(text, encoding="utf-8")
    printed = html.unescape(browse(tmp_path, probe, "--dump-dom"))
    found: dict[str, Any] = json.loads(printed.split("FOUND")[-1].partition("END")[0])
    assert found["width"] <= width
    assert found["natural"] == [200, 200]
    for kind, count in (("drawings", 6), ("pictures", 2), ("tables", 5)):
        areas = found[kind]
        assert len(areas) >= count
        assert min(min(area) for area in areas) > 20


def test_the_page_is_painted(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(report_html(record()), encoding="utf-8")
    picture = tmp_path / "page.png"
    browse(tmp_path, page, f"--screenshot={picture}", "--window-size=1280,7000")
    painted = cv2.imread(str(picture))
    assert painted is not None
    assert painted.shape == (7000, 1280, 3)
    blue = (painted == (178, 114, 0)).all(axis=2)  # of the figures, BGR
    grey = (painted == (222, 217, 213)).all(axis=2)  # of layers before
    assert blue.sum() > 2000
    assert grey.sum() > 2000
