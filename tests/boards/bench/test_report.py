"""The page of results."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from featherface_boards.bench.files import write_runs
from featherface_boards.bench.record import Sample
from featherface_boards.bench.results import page, published
from featherface_boards.bench.results.axes import axis, log_axis
from featherface_boards.bench.results.figures import front, histogram, pareto
from featherface_edge.cli import main
from tests.boards.bench.simulated import TURNS, contest, simulated
from tests.browser import browse, laid_out, needs_browser
from tests.pages import Page

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_boards.bench.record import Run


def runs() -> list[Run]:
    """Give runs of two boards, quick and slow, one of them throttled."""
    found: list[Run] = []
    samples = tuple(Sample(second, 50.0 + second, 1500.0, 4.0) for second in range(20))
    for place, board in enumerate(("Raspberry Pi 4", "Raspberry Pi 5")):
        for speed, ap in ((2.0, 0.7), (3.0, 0.8), (4.0, 0.75)):
            random = np.random.default_rng(place)
            one = simulated(np.full(TURNS, speed / (place + 1)), random, contest="a")
            model = replace(one.model, ap=ap)
            found.append(replace(one, board={"model": board}, model=model, samples=samples))
    return [*found[:-1], replace(found[-1], throttled=True)]


def test_the_page_stands_alone_and_shows_every_run() -> None:
    whole = Page(page(runs(), published()))
    whole.require_alone()
    assert whole.tags.count("details") == 6
    assert whole.tags.count("svg") == 1 + 6 * 5
    assert "6 runs on 2 boards" in whole.text
    assert "throttled" in whole.text


def test_figures_of_others_stand_apart() -> None:
    text = page(runs(), published())
    ours, theirs = text.split("<h2>Published by others</h2>")
    assert "YuNet" not in ours
    assert theirs.count("https://") == len(published())


def test_names_of_strangers_are_no_html() -> None:
    hostile = "<script>alert(1)</script>"
    one = runs()[0]
    bad = replace(
        one,
        board={"model": hostile},
        engine=hostile,
        model=replace(one.model, name=hostile),
        notes=(hostile,),
        noisy=hostile,
        versions={hostile: hostile},
    )
    Page(page([bad])).require_alone()


def test_the_front_is_what_nothing_beats() -> None:
    points = [(2.0, 70.0), (1.0, 60.0), (3.0, 65.0), (2.5, 70.0), (4.0, 80.0)]
    assert front(points) == [1, 0, 4]


def test_pareto_joins_the_front_and_names_it() -> None:
    drawn = pareto(runs())
    assert len(re.findall("<circle", drawn)) == 6
    for line in re.findall(r'<polyline points="([^"]+)"', drawn):
        assert len(line.split()) == 2  # of three: the slow one with less precision is beaten
    assert pareto([replace(run, model=replace(run.model, ap=None)) for run in runs()]) == ""


def test_histograms_count_every_inference() -> None:
    one = contest([2.0], 0)[0]
    drawn = histogram(one)
    heights = [float(each) for each in re.findall(r'height="([\d.]+)" fill="#0072b2"', drawn)]
    assert len(heights) == 60
    assert sum(heights) / max(heights) == pytest.approx(
        sum(np.histogram(clipped(one), 60)[0]) / max(np.histogram(clipped(one), 60)[0]), rel=0.05
    )
    assert "p99" in drawn


def clipped(run: Run) -> list[float]:
    most = float(np.percentile(run.series.inference_ms, 99.5))
    return [min(each, most) for each in run.series.inference_ms]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.0, 10.0], [0, 2.5, 5, 7.5, 10]),
        ([3.0, 3.0], [2.8, 3, 3.2]),
        ([], [0, 0.25, 0.5, 0.75, 1]),
        ([float("nan"), 1.0, 2.0], [1, 1.25, 1.5, 1.75, 2]),
    ],
    ids=["decade", "one value", "nothing", "not a number"],
)
def test_ticks_are_round(values: list[float], ticks: list[float]) -> None:
    assert axis(values).ticks() == pytest.approx(ticks)


def test_logarithmic_ticks() -> None:
    assert log_axis([1.0, 100.0]).ticks() == [1, 2, 5, 10, 20, 50, 100]
    assert len(log_axis([1.0, 3.0]).ticks()) > 2
    assert log_axis([1.0, 100.0]).share(10.0) == pytest.approx(0.5)


def test_the_command_draws_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_runs(tmp_path / "a.json", runs()[:2])
    write_runs(tmp_path / "b.json", runs()[2:])
    target = tmp_path / "pages" / "boards.html"
    assert main(["bench", "report", str(tmp_path), str(target)]) == 0
    assert capsys.readouterr().out == f"{target}: 6 runs of 2 files\n"
    assert "Published by others" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [([], "report has 0 words"), (["."], "has no .json file"), (["none.json"], "cannot be read")],
)
def test_bad_input_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["bench", "report", *words]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@needs_browser
def test_a_browser_lays_it_out_and_paints_it(tmp_path: Path) -> None:
    text = page(runs(), published())
    for width in (1280, 400):
        found = laid_out(tmp_path, text, width)
        assert found["width"] <= width
        assert min(min(area) for area in found["drawings"]) > 100
        assert len(found["tables"]) == 2 + 2 * 6
    shown, picture = tmp_path / "report.html", tmp_path / "page.png"
    shown.write_text(text, encoding="utf-8")
    browse(tmp_path, shown, f"--screenshot={picture}", "--window-size=1280,3000")
    painted = cv2.imread(str(picture))
    assert painted is not None
    blue = (painted == (178, 114, 0)).all(axis=2)  # bars, BGR
    assert blue.sum() > 2000
