"""A real browser, where there is one."""

from __future__ import annotations

import html
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
SECONDS = 120

MISSING = "chromium is missing: install a browser"
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)

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


def laid_out(folder: Path, text: str, width: int) -> dict[str, Any]:
    """How the browser lays out a page in a window so many pixels wide."""
    probe = folder / "probe.html"
    probe.write_text(PROBE.format(width=width, page=html.escape(text)), encoding="utf-8")
    printed = html.unescape(browse(folder, probe, "--dump-dom"))
    found: dict[str, Any] = json.loads(printed.split("FOUND")[-1].partition("END")[0])
    return found


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
