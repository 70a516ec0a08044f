"""Results as drawings."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from featherface_boards.bench.results.axes import Axis, axis, log_axis
from featherface_boards.bench.results.compare import LEAST_MS
from featherface_boards.bench.results.drawing import COLOURS, Drawing, colour, svg
from featherface_boards.bench.results.marks import Bars, Cloud, Dots, Line
from featherface_boards.bench.results.naming import board_name, key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_boards.bench.record import Run

_BINS = 60
_TAIL = 99.5  # percentile; what lies beyond is counted in the last bar
_PERCENT = 100
_HEADROOM = 1.0  # points of AP, for the names of the best


def front(points: Sequence[tuple[float, float]]) -> list[int]:
    """Give the places of the points (ms, AP) that no other beats in both, quickest first."""
    best, found = float("-inf"), list[int]()
    for place in sorted(range(len(points)), key=lambda each: (points[each][0], -points[each][1])):
        if points[place][1] > best:
            best = points[place][1]
            found.append(place)
    return found


def pareto(runs: Sequence[Run]) -> str:
    """Give AP over the median inference, a colour for each board; empty where no AP is known."""
    boards: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        if run.model.ap is not None and run.stages.inference.p50 >= LEAST_MS:
            boards[board_name(run)].append(run)
    if not boards:
        return ""
    marks: list[Dots | Line] = []
    for number, (board, found) in enumerate(sorted(boards.items())):
        points = [(run.stages.inference.p50, _ap(run)) for run in found]
        best = front(points)
        marks.append(Line("", colour(number), [points[place] for place in best], dashed=True))
        names = [f"{key(run).model} {key(run).size} {run.engine} x{run.threads}" for run in found]
        shown = [place in best for place in range(len(found))]
        marks.append(Dots(board, colour(number), points, names, shown))
    reach = [point for mark in marks for point in mark.points()]
    drawing = Drawing(
        "Average precision against time",
        "median inference, ms",
        "mean AP, %",
        log_axis(x for x, _ in reach),
        axis((*(y for _, y in reach), max(y for _, y in reach) + _HEADROOM)),
    )
    return svg(drawing, marks)


def _ap(run: Run) -> float:
    return _PERCENT * (run.model.ap or 0.0)


def histogram(run: Run) -> str:
    """Give how often each time of an inference came."""
    times = np.asarray(run.series.inference_ms, np.float64)
    if not times.size:
        return ""
    most = float(np.percentile(times, _TAIL))
    counts, edges = np.histogram(np.minimum(times, most), bins=_BINS)
    spread = run.stages.inference
    top = float(counts.max())
    marks: list[Bars | Line] = [Bars("", COLOURS[0], edges.tolist(), counts.tolist())]
    for place, name in enumerate(("p50", "p95", "p99"), start=1):
        value: float = getattr(spread, name)
        if value <= most:
            label = f"{name} {value:.3f} ms"
            marks.append(Line(label, COLOURS[place], [(value, 0.0), (value, top)]))
    reach = (float(edges[0]), float(edges[-1]))
    title = "Latency of an inference; slower ones are in the last bar"
    drawing = Drawing(title, "ms", "inferences", axis(reach), Axis(0.0, top * 1.05))
    return svg(drawing, marks)


def course(run: Run) -> str:
    """Give the times in the order in which they came."""
    seconds = run.series.seconds
    if not seconds:
        return ""
    marks: list[Line | Cloud] = [
        Cloud("end to end", COLOURS[4], list(zip(seconds, run.series.end_to_end_ms, strict=True))),
        Cloud("inference", COLOURS[0], list(zip(seconds, run.series.inference_ms, strict=True))),
    ]
    if run.sustained is not None:
        curve = [(moment.seconds, moment.p99_ms) for moment in run.sustained.curve]
        marks.append(Line("p99 of stretches", COLOURS[1], curve))
    return _over_time("Times", "ms", marks)


def sensors(run: Run) -> list[str]:
    """Give what the board's sensors said during the run, those that are there."""
    kinds = (
        ("temperature_c", "Temperature", "degrees Celsius"),
        ("clock_mhz", "Clock", "MHz"),
        ("power_w", "Power", "W"),
    )
    drawn: list[str] = []
    for place, (name, title, unit) in enumerate(kinds):
        values = [(sample.seconds, getattr(sample, name)) for sample in run.samples]
        known: list[tuple[float, float]] = [each for each in values if each[1] is not None]
        if len(known) > 1:
            drawn.append(_over_time(title, unit, [Line("", colour(place), known)]))
    return drawn


def _over_time(title: str, unit: str, lines: Sequence[Line | Cloud]) -> str:
    reach = [point for line in lines for point in line.points()]
    x, y = axis(x for x, _ in reach), axis((y for _, y in reach), from_zero=unit == "ms")
    return svg(Drawing(title, "seconds since the start", unit, x, y), lines)
