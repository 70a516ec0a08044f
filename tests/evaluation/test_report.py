"""The page and the figures, from hostile names and hardly any data."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from featherface_edge.data.formats import read_dataset
from featherface_edge.evaluation.bootstrap import draws
from featherface_edge.evaluation.comparison import Comparison, comparison, measured
from featherface_edge.evaluation.run import evaluate, truths_of
from tests.evaluation.detectors import FACE, BrightestSquare, quiet, write_labels
from tests.pages import Page

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage

pytest.importorskip("matplotlib", reason="install the extra 'train'")
pytest.importorskip("jinja2", reason="install the extra 'train'")

from featherface_edge.evaluation import drawing, figures, report

HOSTILE = "<script>alert(1)<|script> & $x_{$ \u4e2d \"'.onnx"
MISSED = [5.0, 5.0, 25.0, 35.0]


def _compared(folder: Path, *names: str) -> tuple[Comparison, list[LabelledImage]]:
    labels = write_labels(folder, [FACE], [FACE, MISSED], [MISSED], [], name="<b>&amp;")
    (folder / "<b>&amp;2.png").write_bytes(b"broken")
    images = read_dataset(labels)
    truths = truths_of(images, None)
    drawn = draws(len(images), 100)
    models = [
        measured(name, evaluate(BrightestSquare(0.4 + 0.1 * place), images, truths, quiet), drawn)
        for place, name in enumerate(names)
    ]
    return comparison(models, images, truths, 100, {"data": "<u>labels"}), images


def test_the_page_needs_nothing_else_and_names_do_no_harm(tmp_path: Path) -> None:
    page = Page(report.page(*_compared(tmp_path, HOSTILE, "edge.safetensors")))
    page.require_alone()
    assert {"b", "u"}.isdisjoint(page.tags)
    assert HOSTILE in page.text
    assert "<b>&amp;0" in page.text
    assert "<u>labels" in page.text


def test_mistakes_are_shown_as_pictures(tmp_path: Path) -> None:
    page = Page(report.page(*_compared(tmp_path, "edge.onnx")))
    sources = [value or "" for name, value in page.attributes if name == "src"]
    pictures = [
        cv2.imdecode(
            np.frombuffer(base64.b64decode(source.partition(",")[2]), np.uint8), cv2.IMREAD_COLOR
        )
        for source in sources
    ]
    # Two faces below 0.5, one without a box (the broken picture's is not shown); one false alarm.
    assert len(pictures) == 4
    for picture in pictures:
        assert picture is not None
        assert max(picture.shape[:2]) == 220
        red = (picture[..., 2] > 180) & (picture[..., 0] < 90)
        assert red.any()
    assert "1 of 4 pictures are missing or broken" in page.text


def test_figures_can_be_drawn_of_any_number_of_models(tmp_path: Path) -> None:
    found, _ = _compared(tmp_path, *(f"model-{index}-{'x' * 40}.onnx" for index in range(8)))
    for draw in (figures.curves, figures.sizes, figures.scores):
        figure = draw(found)
        picture = cv2.imdecode(np.frombuffer(drawing.png(figure), np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert min(picture.shape[:2]) > 300
        assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20
        element = drawing.svg(figure)
        assert element.startswith("<svg")
        assert element.rstrip().endswith("</svg>")


def test_the_same_comparison_gives_the_same_page(tmp_path: Path) -> None:
    found, images = _compared(tmp_path, "edge.onnx")
    assert report.page(found, images) == report.page(found, images)


def test_a_picture_that_went_away_is_left_out(tmp_path: Path) -> None:
    found, images = _compared(tmp_path, "edge.onnx")
    for image in images:
        image.file.unlink()
    assert "img" not in Page(report.page(found, images)).tags
