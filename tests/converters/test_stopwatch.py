"""INT8 milliseconds of float networks, in real interpreters and on a clock made of numbers."""

from __future__ import annotations

import gc
import json
from itertools import accumulate, cycle, repeat
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")
pytest.importorskip("onnxscript")

from featherface_converters.stopwatch import ENGINES, Stopwatch, open_stopwatch
from featherface_converters.stopwatch.timing import Patience, least_milliseconds
from featherface_edge.errors import ConversionError, UsageError
from featherface_edge.models import checkpoints, registry
from featherface_edge.pruning.anatomy import Shape
from featherface_edge.pruning.chains import REPEATS, Sample, chain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.convert

QUICK = Patience(warm_up=2, settled=20, seconds=2)


class Hands:
    """A clock that moves while calls run, by what each of them is said to take."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now

    def taking(self, seconds: Iterator[float]) -> object:
        """A call that takes the next of these times."""

        def call() -> None:
            self.now += next(seconds)

        return call


def measured(times: list[Iterator[float]], patience: Patience) -> tuple[list[float], float]:
    """The least milliseconds of calls that take these seconds, and when that was clear."""
    hands = Hands()
    calls = [hands.taking(each) for each in times]
    found = least_milliseconds(calls, patience, hands)  # type: ignore[arg-type]  # calls, all of them
    return found, hands.now


def test_the_least_of_calls_in_turn_counts() -> None:
    noisy = cycle([0.030, 0.004, 0.009, 0.005])
    found, _ = measured([noisy, repeat(0.002)], Patience(0, 20, 0.005, 60))
    assert found == pytest.approx([4, 2])


def test_warm_up_does_not_count() -> None:
    cold = accumulate([0.001, 0.009, *repeat(0.0, 200)])
    found, _ = measured([cold], Patience(1, 10, 0.005, 60))
    assert found == pytest.approx([10])


def test_falling_times_are_waited_for_as_long_as_there_is_patience() -> None:
    def falling() -> Iterator[float]:
        yield from (0.1 * 0.97**count for count in range(10_000))

    found, ended = measured([falling()], Patience(0, 5, 0.005, 2.5))
    assert 2.5 <= ended < 2.6
    assert found[0] < 40
    found, ended = measured([repeat(0.1)], Patience(0, 5, 0.005, 60))
    assert ended == pytest.approx(0.6)


def test_python_collects_no_garbage_meanwhile() -> None:
    seen: list[bool] = []
    least_milliseconds([lambda: seen.append(gc.isenabled())], Patience(0, 3))
    assert gc.isenabled()
    assert not any(seen)


def test_patience_that_never_ends_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be waited for"):
        Patience(seconds=0)


@pytest.mark.parametrize(
    "engine",
    ["litert", *(pytest.param(name, marks=pytest.mark.slow) for name in ("onnx", "openvino"))],
)
def test_more_work_takes_more_time(engine: str, tmp_path: Path) -> None:
    watch = Stopwatch(engine, folder=tmp_path, patience=QUICK)
    shape = Shape(3, 40, 40)
    few, many = (Sample(shape, width, width, REPEATS) for width in (16, 64))
    short, long = (watch.milliseconds(*chain(sample)) for sample in (few, many))
    assert 0 < 1.5 * short < long < 100
    assert watch.board["engine"] == engine
    assert watch.board["threads"] == "1"
    assert all(watch.board.values())
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert f"reference-{engine}-1.json" in kept
    assert not [name for name in kept if name.startswith("tmp")]


def test_a_slow_moment_of_the_machine_cancels(tmp_path: Path) -> None:
    sample = Sample(Shape(1, 40, 40), 32, 32, REPEATS)
    watch = Stopwatch("litert", folder=tmp_path, patience=QUICK)
    taken = watch.milliseconds(*chain(sample))
    note = tmp_path / "reference-litert-1.json"
    held = json.loads(note.read_text(encoding="utf-8"))
    note.write_text(json.dumps({**held, "milliseconds": held["milliseconds"] / 10}), "utf-8")
    again = Stopwatch("litert", folder=tmp_path, patience=QUICK)
    assert again.milliseconds(*chain(sample)) == pytest.approx(taken / 10, rel=0.5)
    other = {**held["board"], "cpu": "another one"}
    note.write_text(json.dumps({"board": other, "milliseconds": 1e-6}), "utf-8")
    elsewhere = Stopwatch("litert", folder=tmp_path, patience=QUICK)
    assert elsewhere.milliseconds(*chain(sample)) == pytest.approx(taken, rel=0.5)


def test_an_unknown_interpreter_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown interpreter 'snpe', known are litert, onnx"):
        open_stopwatch("snpe")


def test_a_network_without_an_int8_form_is_refused(tmp_path: Path) -> None:
    model = registry.build("v1-lite").eval()
    spec = checkpoints.resized(checkpoints.described(model, "v1-lite", {}), 64, 64)
    with pytest.raises(ConversionError, match="deformable convolutions"):
        Stopwatch("litert", folder=tmp_path, patience=QUICK).milliseconds(model, spec)


def test_every_interpreter_has_a_stopwatch() -> None:
    assert list(ENGINES) == ["litert", "onnx", "openvino"]
