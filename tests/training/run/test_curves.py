from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("matplotlib")

from featherface_edge.training.run.curves import draw_curves
from featherface_edge.training.run.metrics import Evaluation, Event, Figures, MetricsFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from featherface_edge.training.run.metrics import Entry

pytestmark = pytest.mark.torch

RED, ORANGE, BLUE = (214, 39, 40), (255, 127, 14), (31, 119, 180)  # matplotlib's own
NEAR = 30  # lines are smoothed
TRAINED = [
    Figures(
        step,
        step / 2,
        {"loss": 9 / step, "box": 5 / step, "gradient": 3.0, "gradient_max": 8.0, "rate": 1e-3},
    )
    for step in range(20, 400, 20)
]


def drawn(folder: Path, entries: Iterable[Entry]) -> NDArray[np.uint8]:
    """The picture of these entries, RGB."""
    file = MetricsFile(folder / "metrics.jsonl", 0)
    for entry in entries:
        file.write(entry)
    file.close()
    draw_curves(folder / "metrics.jsonl", folder / "curves.png")
    found = cv2.imread(str(folder / "curves.png"))
    assert found is not None
    return np.asarray(found[..., ::-1], np.uint8)


def coloured(picture: NDArray[np.uint8], colour: tuple[int, int, int]) -> int:
    near = np.abs(picture.astype(int) - np.array(colour)) < NEAR
    return int(near.all(axis=-1).sum())


def halves(picture: NDArray[np.uint8]) -> list[list[NDArray[np.uint8]]]:
    """The four panels."""
    return [np.array_split(row, 2, axis=1) for row in np.array_split(picture, 2)]


def test_everything_is_in_its_panel(tmp_path: Path) -> None:
    clipped = Figures(400, 200, {"loss": 0.1, "gradient": 9.0, "clipped": 0.5, "rate": 1e-3})
    warned = Event(300, "gradient norm 12 is above 10", warning=True)
    panels = halves(drawn(tmp_path, [*TRAINED, clipped, warned, Evaluation(200, 1, {"a": 0.5})]))
    assert coloured(panels[0][0], BLUE) > 300
    assert coloured(panels[0][1], BLUE) > 10
    assert coloured(panels[1][0], RED) > 5
    assert coloured(panels[1][0], ORANGE) > 20
    assert coloured(panels[1][1], BLUE) > 100
    assert not coloured(panels[0][1], RED) + coloured(panels[1][1], RED)


def test_marks_stand_for_something(tmp_path: Path) -> None:
    panel = halves(drawn(tmp_path, TRAINED))[1][0]
    assert coloured(panel, BLUE) > 300
    assert not coloured(panel, RED) + coloured(panel, ORANGE)


def test_evaluations_alone_change_their_panel_alone(tmp_path: Path) -> None:
    found = [Evaluation(step, step, {"easy": step / 400}) for step in range(20, 400, 20)]
    without, measured = (
        halves(drawn(tmp_path, TRAINED)),
        halves(drawn(tmp_path, [*TRAINED, *found])),
    )
    assert coloured(measured[0][1], BLUE) > 100
    assert coloured(without[0][1], BLUE) == 0


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [Event(0, "began: $a_b$ \N{CJK UNIFIED IDEOGRAPH-8138}")],
        [Figures(1, 0.1, {"loss": float("nan"), "gradient": float("inf"), "rate": 0.0})],
        [Evaluation(3, 1, {})],
        [Evaluation(3, 1, {"easy": 0.5}), Evaluation(6, 2, {"hard": 0.5})],
        [Event(step, "long " * 100) for step in range(30)],
    ],
    ids=["nothing", "event", "nan", "no subset", "changing subsets", "many events"],
)
def test_odd_runs_can_be_drawn(tmp_path: Path, entries: list[Entry]) -> None:
    assert drawn(tmp_path, entries).shape == (935, 1430, 3)


def test_a_run_without_a_record_can_be_drawn(tmp_path: Path) -> None:
    draw_curves(tmp_path / "none.jsonl", tmp_path / "curves.png")
    assert (tmp_path / "curves.png").stat().st_size > 10_000
