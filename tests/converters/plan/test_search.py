"""The search for a plan: what is tried, in which order, and when it ends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxscript")

from featherface_converters.plan import Plan, search
from featherface_converters.plan.budget import Budget
from featherface_converters.plan.search import Means, Search
from featherface_converters.proof import Proof
from featherface_converters.proving import ProvenFile
from featherface_edge.cli import main
from featherface_edge.errors import ConversionError
from featherface_edge.spec import from_json
from featherface_runtime.backends import BackendOptions, open_backend
from tests.converters.plan.small import job
from tests.converters.proofs import ALIKE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from featherface_converters.plan.calibrator import Calibrator
    from featherface_converters.plan.simulation import Simulation
    from featherface_converters.proof import Reference
    from featherface_converters.target import Job, Target
    from featherface_edge.detection import Frame

pytestmark = pytest.mark.convert

FLOAT_AP = 0.5


@dataclass
class Fake:
    """A world in which a plan's loss is known, and files are their plans alone.

    loss: of AP, by plan. others: what the simulation would try. order: of its blocks.
    """

    loss: Callable[[Plan], float]
    others: Sequence[Plan] = ()
    order: Sequence[str] = ("a", "b", "c", "d")
    tried: list[Plan] = field(default_factory=list[Plan])
    said: list[str] = field(default_factory=list[str])
    now: float = 0.0
    canvases: Sequence[object] = (np.zeros((4, 4, 3), np.uint8),)

    def variants(self, _plan: Plan) -> list[Plan]:
        """As the simulation."""
        return list(self.others)

    def ladder(self, _plan: Plan) -> list[str]:
        """As the simulation."""
        return list(self.order)

    def job(self, plan: Plan) -> Job:
        """As the calibrator."""
        return replace(BASE, plan=plan)

    def proven(self, target: Target, made: Job, _exact: object, path: Path) -> ProvenFile:
        """A file of one second's work."""
        plan = made.plan or Plan()
        self.tried.append(plan)
        self.now += 1.0
        lost = self.loss(plan)
        if lost > 1:
            raise ConversionError("a scale is too small")
        limits = Budget(ap_drop=0.0025).limits()["int8"]
        pair = (FLOAT_AP, FLOAT_AP - lost)
        return ProvenFile(target, made, path, Proof("x", "y", limits, ALIKE, {}, pair))


def as_it_is(file: ProvenFile) -> ProvenFile:
    """In place of inscribing, which needs a real file."""
    return file


def half_a_millisecond(_path: Path, _other: Path, _canvas: Frame) -> float:
    """In place of a race of two files."""
    return 0.5


BASE = job(Plan())


def found(
    fake: Fake, folder: Path, monkeypatch: pytest.MonkeyPatch, seconds: float = 60
) -> ProvenFile:
    """What a search in this world ends with."""
    monkeypatch.setattr(search, "proven", fake.proven)
    monkeypatch.setattr(search, "inscribed", as_it_is)
    monkeypatch.setattr(search, "milliseconds_more", half_a_millisecond)
    means = Means(
        cast("Calibrator", fake),
        cast("Simulation", fake),
        cast("Reference", fake),
        seconds,
        fake.said.append,
        lambda: fake.now,
    )
    first = fake.proven(cast("Target", None), BASE, None, folder / "x.onnx")
    fake.tried.clear()
    return Search("onnx-int8", means, folder).best(first)


def plan_of(file: ProvenFile) -> Plan:
    """The plan that a file was made by."""
    assert file.job.plan is not None
    return file.job.plan


def test_what_holds_at_once_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake(lambda _: 0.001)
    assert plan_of(found(fake, tmp_path, monkeypatch)) == Plan()
    assert fake.tried == []


def test_other_ranges_come_before_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    better = Plan("mse")
    fake = Fake(lambda plan: 0.001 if plan.estimator == "mse" else 0.01, [Plan("entropy"), better])
    plan = plan_of(found(fake, tmp_path, monkeypatch))
    assert plan.estimator == "mse"
    assert plan.left_float == ()
    assert plan.ended == "budget kept after 2 tries"
    assert fake.tried == [Plan("entropy"), better]


def test_only_the_blocks_that_must_stay_float(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = Fake(lambda plan: 0.002 if "c" in plan.left_float else 0.006)
    plan = plan_of(found(fake, tmp_path, monkeypatch))
    assert plan.left_float == ("c",)
    (cost,) = plan.costs
    assert (cost.block, cost.milliseconds) == ("c", 0.5)
    assert cost.gain == pytest.approx(0.004)
    assert [len(each.left_float) for each in fake.tried[:3]] == [1, 2, 4]


def test_two_blocks_that_help_together_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = Fake(lambda plan: 0.01 - 0.004 * len({"b", "d"} & {*plan.left_float}))
    plan = plan_of(found(fake, tmp_path, monkeypatch))
    assert plan.left_float == ("b", "d")
    assert [cost.block for cost in plan.costs] == ["b", "d"]


def test_a_budget_that_cannot_be_kept_gives_the_best_and_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = found(Fake(lambda plan: 0.02 - 0.001 * len(plan.left_float)), tmp_path, monkeypatch)
    assert file.proof.faults == ["AP all 1.60 points below float > 0.25"]
    assert plan_of(file).left_float == ("a", "b", "c", "d")
    assert plan_of(file).ended == "nothing left to try after 3 tries"


def test_a_search_ends_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake(lambda plan: 0.02 - 0.001 * len(plan.left_float))
    file = found(fake, tmp_path, monkeypatch, seconds=1.5)
    assert plan_of(file).ended.startswith("time limit of 1.5 s after 2 tries")
    assert plan_of(file).left_float == ("a", "b")


def test_a_plan_that_does_not_run_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = Fake(lambda plan: 9 if plan.estimator == "mse" else 0.001, [Plan("mse")])
    fake.loss = lambda plan: {"mse": 9.0, "entropy": 0.001}.get(plan.estimator, 0.01)
    fake.others = [Plan("mse"), Plan("entropy")]
    assert plan_of(found(fake, tmp_path, monkeypatch)).estimator == "entropy"
    assert any("a scale is too small" in each for each in fake.said)


@pytest.mark.parametrize(
    "given", [{}, {"ap_drop": 0.1, "f1": 0.9}, {"f1": 1.5}, {"f1": 0.9, "seconds": 0}]
)
def test_a_wrong_budget_is_refused(given: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"wanted one of|cannot be kept"):
        Budget(**given)


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (["--max-ap-drop", "0.25"], "--max-ap-drop without labels"),
        (["--max-ap-drop", "-1"], "--max-ap-drop is -1"),
        (["--min-f1", "99"], "--min-f1 is 99"),
        (["--min-f1", "0.9", "--time-limit", "soon"], "--time-limit is 'soon'"),
        (["--min-f1", "0.9", "--time-limit", "0s"], "--time-limit is '0s'"),
        (["--ground-truth", "nowhere"], "--ground-truth without labels"),
    ],
    ids=["no labels", "negative", "above one", "no time", "no seconds", "no labels for subsets"],
)
def test_mistakes_are_one_line(
    flags: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", "--target", "onnx-int8", *flags]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert complaint in line


@pytest.mark.slow
def test_one_command_searches_and_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """F1 of 1 on twelve scenes: blocks stay float until it holds, or time ends."""
    out = tmp_path / "out"
    flags = ["--target", "onnx-int8", "--size", "160x160", "--min-f1", "1", "--time-limit", "60s"]
    status = main(["convert", *flags, "-o", str(out)])
    shown = capsys.readouterr()
    (path,) = out.glob("*.onnx")
    backend = open_backend(path, BackendOptions(threads=1))
    held = from_json(backend.manifest)
    backend.close()
    assert held.proof is not None
    f1 = held.proof["f1"]
    assert isinstance(f1, float)
    assert (status == 0) is (f1 == 1.0)
    assert (status == 3) is path.name.endswith(".failed.onnx")
    assert str(held.plan.get("ended", "")) in shown.out
    assert not [each for each in out.iterdir() if each.name.startswith(".")]
