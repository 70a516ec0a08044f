"""The page in a real browser: it is laid out, nothing overlaps the edge, every picture shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import pytest

pytest.importorskip("torch")
pytest.importorskip("matplotlib", reason="install the extra 'train'")
pytest.importorskip("jinja2", reason="install the extra 'train'")

from featherface_edge.pruning.report.page import report_html
from tests.browser import browse, laid_out, needs_browser
from tests.pruning.report.records import record

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.torch,
    pytest.mark.slow,
    needs_browser,
]


@pytest.mark.parametrize("width", [1280, 400])
def test_the_page_fits_the_window(tmp_path: Path, width: int) -> None:
    found = laid_out(tmp_path, report_html(record()), width)
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
