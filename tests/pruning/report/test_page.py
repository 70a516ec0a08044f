"""The page: whole, alone, harmless, and honest about what is missing."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("matplotlib", reason="install the extra 'train'")
pytest.importorskip("jinja2", reason="install the extra 'train'")

from featherface_edge.pruning.record import Layer, PruningRecord
from featherface_edge.pruning.report.data import to_json
from featherface_edge.pruning.report.page import report_html
from featherface_edge.pruning.report.pictures import pair
from tests.pages import Page
from tests.pruning.report.records import CHOSEN, SETUP, example, layers, progress, record, search

pytestmark = pytest.mark.torch

HOSTILE = "<script>alert(1)</script> & $x_{$ \u4e2d \"'"


def decoded(source: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    data = base64.b64decode(source.partition(",")[2])
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture.astype(np.uint8)


def test_the_page_tells_everything_and_needs_nothing_else() -> None:
    page = Page(report_html(record()))
    page.require_alone()
    assert page.tags.count("svg") == 6
    assert page.tags.count("img") == 2
    for text in (
        "edge-nano: edge, pruned",
        "149,300",
        "493,000 before, -70 %",
        "-0.7 points",
        "The budget was met exactly.",
        f"Chosen: trial {CHOSEN}",
        "Gaussian process wins",
        "backbone.stage3.7.0",
        "3.1e-07",
        "Latency table against 4 whole networks",
        "onnx-int8",
        "before: 3 faces",
        "140 pictures, letterboxed",
        "after: 2 faces",
    ):
        assert text in page.text


def test_names_do_no_harm() -> None:
    found = record()
    hostile = replace(
        found,
        setup=replace(SETUP, network=HOSTILE, start=HOSTILE, data=HOSTILE),
        rates={HOSTILE: 0.5},
        layers=(Layer(HOSTILE, 16, 8, HOSTILE),),
        examples=(example(HOSTILE),),
        notes=(HOSTILE,),
    )
    page = Page(report_html(hostile))
    page.require_alone()
    assert page.text.count(HOSTILE) >= 6


def test_stages_that_were_not_reached_are_left_out() -> None:
    page = Page(report_html(PruningRecord(SETUP)))
    assert {"svg", "img", "table", "h2"}.isdisjoint(page.tags)
    assert "geometric-median" in page.text
    searched = Page(report_html(PruningRecord(SETUP, search=search())))
    assert searched.tags.count("svg") == 1
    assert searched.tags.count("h2") == 1


def test_several_objectives_have_a_front() -> None:
    page = report_html(PruningRecord(SETUP, search=search(2)))
    assert "The front" in page
    assert "One objective against the other" in page


def test_a_removal_that_does_not_hold_stands_out() -> None:
    removal = record().removal
    assert removal is not None
    page = report_html(PruningRecord(SETUP, removal=replace(removal, difference=1.0)))
    assert '<p class="notes">The silenced and the slim network DO NOT AGREE' in page


def test_the_same_run_gives_the_same_page() -> None:
    found = replace(record(), layers=layers()[:5], progress=progress()[:5])
    assert report_html(found) == report_html(found)


def test_photographs_show_sure_faces_and_stay_as_they_were() -> None:
    photograph = example()
    shown = pair(photograph)
    assert shown.counts == (3, 2)
    before, after = decoded(shown.before), decoded(shown.after)
    assert before.shape == after.shape == (90, 200, 3)
    # The third face is found before only; its box is drawn in blue at x = 85.
    assert before[30, 85, 0] > 180 > after[30, 85, 0]
    assert (photograph.frame == 128).all()


def test_large_photographs_are_made_smaller() -> None:
    large = replace(example(), frame=np.full((1000, 2000, 3), 128, np.uint8))
    assert decoded(pair(large).before).shape == (260, 520, 3)


def test_the_figures_can_be_read_by_programs() -> None:
    found = json.loads(to_json(record()))
    assert found["setup"]["budget"] == {"unit": "parameters", "most": 150_000}
    assert found["search"]["trials"][CHOSEN]["scores"] == [0.564]
    assert found["contest"]["methods"][2]["precision"] == {"hard": 0.51}
    assert len(found["layers"]) == 100
    assert found["removal"]["difference"] == 3.1e-7
    assert found["sittings"][0]["cpu"] == "Some CPU"
    assert "examples" not in found
    assert json.loads(to_json(PruningRecord(SETUP)))["search"] is None
