from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")
pytest.importorskip("optuna")

from featherface_edge.errors import PruningError
from featherface_edge.pruning import study as study_module
from featherface_edge.pruning.journal import is_alive, open_journal, presence
from featherface_edge.pruning.space import Limits, Space, search_groups
from featherface_edge.pruning.study import Study, chosen_network, search
from featherface_edge.pruning.trials import Objective
from tests.pruning.search.toys import Judge, cost, parts, space

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from featherface_edge.pruning.space import Choice
    from featherface_edge.pruning.study import Sampling

pytestmark = pytest.mark.torch

LOSS = Objective("loss", "lower")


class Stopped(Exception):  # noqa: N818 - no error, the test's own end
    """A search that is ended from outside."""


def stopping(after: int) -> Judge:
    """A judge that gives up at a trial."""

    class _Stopping(Judge):
        def __call__(self, choice: Choice) -> Sequence[float]:
            if len(self.seen) == after:
                raise Stopped
            return super().__call__(choice)

    return _Stopping()


def unheard(_text: str) -> None:
    """Nobody listens."""


def test_a_search_beats_the_uniform_network_it_begins_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study_module, "DRAWN_FIRST", 5)
    judge, said = Judge(), list[str]()
    found = search(Study(tmp_path / "a.journal", (LOSS,), 8), space(), judge, said.append)
    assert len(found.trials) == len(judge.seen) == 8
    first = found.trials[0]
    assert len(set(first.rates.values())) == 1
    best = found.trial(found.chosen)
    assert best.scores[0] == min(trial.scores[0] for trial in found.trials) < first.scores[0]
    assert all(trial.cost <= 180 for trial in found.trials)
    assert said[0] == "trial 1 of 8"
    assert said[-1].startswith("trial 8 of 8, best loss so far 0.")


@pytest.mark.slow
def test_proposals_beat_random_ones(tmp_path: Path) -> None:
    ends: dict[Sampling, float] = {"bayesian": 0.0, "random": 0.0}
    for sampling in ends:
        for seed in range(2):
            study = Study(tmp_path / f"{sampling}{seed}.journal", (LOSS,), 24, sampling, seed)
            trials = search(study, space(), Judge(), unheard).trials
            ends[sampling] += sum(trial.scores[0] for trial in trials[10:])
    assert ends["bayesian"] < 0.8 * ends["random"]


def test_equal_rates_are_one_network(tmp_path: Path) -> None:
    judge = Judge()
    search(Study(tmp_path / "a.journal", (LOSS,), 24, "uniform"), space(), judge, unheard)
    (choice,) = judge.seen
    assert len(set(choice.rates.values())) == 1


def test_a_stopped_search_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole = search(Study(tmp_path / "a.journal", (LOSS,), 9), space(), Judge(), unheard)
    study = Study(tmp_path / "b.journal", (LOSS,), 9)
    for after in (2, 3):
        with pytest.raises(Stopped):
            search(study, space(), stopping(after), unheard)
    judge = Judge()
    found = search(study, space(), judge, unheard)
    assert len(judge.seen) == 9 - 2 - 3
    assert [trial.rates for trial in found.trials] == [trial.rates for trial in whole.trials]
    assert [trial.scores for trial in found.trials] == [trial.scores for trial in whole.trials]


def test_a_finished_search_tries_nothing(tmp_path: Path) -> None:
    study = Study(tmp_path / "a.journal", (LOSS,), 3, "random")
    first = search(study, space(), Judge(), unheard)
    assert search(study, space(), stopping(0), unheard) == first
    best = chosen_network(study.journal, first.chosen)
    assert best.rates == first.trial(first.chosen).rates
    assert cost(best.kept) == best.cost == first.trial(first.chosen).cost


def test_a_journal_of_other_parts_is_refused(tmp_path: Path) -> None:
    study = Study(tmp_path / "a.journal", (LOSS,), 1, "random")
    search(study, space(), Judge(), unheard)
    groups = [group for name, part in parts().items() if name != "neck.c" for group in part]
    other = Space(search_groups(groups), cost, Limits(200))
    with pytest.raises(PruningError, match=r"searches the rates of body\.a, body\.b, neck\.c"):
        search(study, other, Judge(), unheard)


def test_two_objectives_give_a_front(tmp_path: Path) -> None:
    loss = Judge()
    study = Study(tmp_path / "a.journal", (LOSS, Objective("cost", "lower")), 9)
    found = search(
        study,
        space(240, least=100),
        lambda choice: (*loss(choice), choice.cost),
        unheard,
    )
    front = [found.trial(number) for number in found.front]
    assert len(front) >= 3
    for one in front:
        beaten = [
            other
            for other in found.trials
            if all(mine >= theirs for mine, theirs in zip(one.scores, other.scores, strict=True))
            and one.scores != other.scores
        ]
        assert not beaten
    assert found.trial(found.chosen).scores[0] == min(trial.scores[0] for trial in front)
    assert max(trial.cost for trial in front) - min(trial.cost for trial in front) > 30


WORKER = """
import sys, time
from pathlib import Path
from featherface_edge.pruning.study import Study, search
from featherface_edge.pruning.trials import Objective
from tests.pruning.search.toys import Judge, space

judge = Judge()

def slow(choice):
    Path(sys.argv[2]).touch()
    time.sleep(float(sys.argv[3]))
    return judge(choice)

study = Study(Path(sys.argv[1]), (Objective("loss", "lower"),), 8, "random")
search(study, space(), slow, lambda text: None)
print(len(judge.seen))
"""


def started(journal: Path, sign: Path, seconds: float) -> subprocess.Popen[str]:
    """A worker of a process of its own, which leaves a sign when it judges."""
    command = [sys.executable, "-c", WORKER, str(journal), str(sign), str(seconds)]
    environment = {"PYTHONPATH": ":".join(entry for entry in sys.path if entry)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_workers_share_a_study_and_one_that_is_killed_leaves_its_trial(tmp_path: Path) -> None:
    journal, sign = tmp_path / "a.journal", tmp_path / "sign"
    doomed = started(journal, sign, 600)
    while not sign.exists():
        time.sleep(0.1)
    doomed.send_signal(signal.SIGKILL)
    doomed.communicate()
    both = [started(journal, tmp_path / name, 0.2) for name in ("one", "two")]
    shares = [int(worker.communicate()[0]) for worker in both]
    assert all(shares)
    judge = Judge()
    found = search(Study(journal, (LOSS,), 8, "random"), space(), judge, unheard)
    assert not judge.seen
    assert 8 <= len(found.trials) == sum(shares) <= 9
    assert len({trial.worker for trial in found.trials}) == 2
    first = min(found.trials, key=lambda trial: trial.number)
    assert first.number >= 1  # trial 0 died, and its network was tried again
    assert len(set(first.rates.values())) == 1


def test_a_worker_is_alive_while_it_works(tmp_path: Path) -> None:
    journal = tmp_path / "a.journal"
    with presence(journal) as name:
        assert is_alive(journal, name)
    assert not is_alive(journal, name)
    assert not is_alive(journal, "nobody")


def test_an_unfinished_line_is_dropped(tmp_path: Path) -> None:
    journal = tmp_path / "a.journal"
    study = Study(journal, (LOSS,), 2, "random")
    first = search(study, space(), Judge(), unheard)
    held = journal.read_bytes()
    journal.write_bytes(held + b'{"op_code":4,"worker')
    open_journal(journal)
    assert journal.read_bytes() == held
    assert search(study, space(), stopping(0), unheard) == first
