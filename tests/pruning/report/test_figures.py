"""The figures hold the run's numbers, whatever their count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("matplotlib", reason="install the extra 'train'")

from featherface_edge.evaluation.drawing import png
from featherface_edge.pruning.record import Layer, Progress
from featherface_edge.pruning.report import network_figures, search_figures
from featherface_edge.pruning.trials import Contest, Method, Objective
from tests.pruning.report.records import (
    CHOSEN,
    SETUP,
    TRIALS,
    contest,
    layers,
    progress,
    rates,
    record,
    search,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

pytestmark = pytest.mark.torch


def lines(figure: Figure, panel: int = 0) -> dict[str, list[float]]:
    """Heights of the panel's named lines."""
    return {
        str(line.get_label()): [float(value) for value in np.asarray(line.get_ydata())]
        for line in figure.axes[panel].lines
    }


def points(figure: Figure, panel: int, label: str) -> list[list[float]]:
    """The x, y of a panel's dots of this name."""
    (found,) = (each for each in figure.axes[panel].collections if str(each.get_label()) == label)
    return cast("list[list[float]]", np.asarray(found.get_offsets()).tolist())


def test_the_trials_and_the_chosen_one() -> None:
    figure = search_figures.trials(search(), SETUP.budget)
    assert len(points(figure, 0, "trial")) == TRIALS
    assert points(figure, 0, "chosen") == [[CHOSEN, 0.564]]
    assert points(figure, 1, "chosen") == [[149_300, 0.564]]
    assert figure.axes[1].get_xlabel() == "cost, parameters"


def test_macs_are_drawn_in_millions() -> None:
    budget = replace(SETUP.budget, unit="MACs")
    figure = search_figures.trials(search(), budget)
    assert points(figure, 1, "chosen")[0][0] == pytest.approx(0.1493)
    assert figure.axes[1].get_xlabel() == "cost, M MACs"


def test_the_front_is_a_line_through_its_trials() -> None:
    figure = search_figures.trials(search(2), SETUP.budget)
    front = sorted((search().trial(number).scores[0] for number in (CHOSEN, 14, 7)), reverse=True)
    assert sorted(lines(figure, 1)["front"], reverse=True) == front
    assert figure.axes[1].get_xlabel() == "ms (lower is better)"


def test_methods_are_drawn_up_to_equal_trials() -> None:
    heights = lines(search_figures.contest(contest()))
    assert {"Gaussian process", "random search", "uniform rates"} <= heights.keys()
    assert len(heights["random search"]) == 20
    assert heights["uniform rates"] == pytest.approx([0.465] * 20)
    assert heights["Gaussian process"] == sorted(heights["Gaussian process"])


def test_a_method_that_ran_once_is_one_line() -> None:
    alone = Contest(Objective("loss", "lower"), (Method("gp", ((0.3, 0.4, 0.1),)),))
    assert list(lines(search_figures.contest(alone)).values()) == [[0.3, 0.3, 0.1]]


def test_rates_have_a_bar_for_each_group() -> None:
    figure = search_figures.rates(rates(CHOSEN), search())
    widths = [cast("Any", bar).get_width() for bar in figure.axes[0].patches]
    assert widths == list(rates(CHOSEN).values())
    assert len(points(figure, 0, "best fourth of the trials")) == TRIALS // 4
    assert len(search_figures.rates({"all": 0.5}, None).axes[0].patches) == 1


@pytest.mark.parametrize("count", [1, 60, 200])
def test_any_number_of_layers_can_be_drawn(count: int) -> None:
    found = [Layer(f"a.$very.long.{'x' * 40}.{place}", 16, 8) for place in range(count)]
    figure = network_figures.layers(found)
    assert len(figure.axes[0].patches) == 2 * count
    assert len(figure.axes[0].get_xticklabels()) <= 90
    picture = cv2.imdecode(np.frombuffer(png(figure), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20


def test_layers_before_stand_behind_layers_after() -> None:
    heights = [
        cast("Any", bar).get_height() for bar in network_figures.layers(layers()).axes[0].patches
    ]
    assert heights[:100] == [layer.before for layer in layers()]
    assert heights[100:] == [layer.after for layer in layers()]


def test_training_has_a_panel_for_precision_only_when_measured() -> None:
    figure = network_figures.progress(progress())
    assert [axes.get_title() for axes in figure.axes] == [
        "Loss",
        "Silent, of the channels to go",
        "Average precision",
    ]
    assert max(next(iter(lines(figure, 1).values()))) <= 1
    assert lines(figure, 2)["easy"] == pytest.approx(
        [0.8 + step / 50_000 for step in range(0, 5001, 500)]
    )
    assert [text.get_text() for text in figure.axes[0].texts] == ["fine-tuning"]
    bare = [Progress("soft pruning", step, 0.1, 1.0) for step in (1, 2)]
    assert len(network_figures.progress(bare).axes) == 2


def test_predictions_are_drawn_over_what_was_measured() -> None:
    figure = network_figures.predictions(record().predictions)
    assert points(figure, 0, "whole network") == [
        [each.measured, each.predicted] for each in record().predictions
    ]
