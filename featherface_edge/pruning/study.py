"""The search for rates: many trials, one journal, any number of workers.

Optuna's GPSampler (a Gaussian process with a Matern 5/2 kernel and a length scale for each rate;
log expected improvement, or log expected hypervolume improvement for several objectives) instead of
BoTorch: both would propose alike, but this one needs no more than torch and SciPy, which training
needs anyway, takes account of the trials that other workers still run, and comes with a journal
file that workers on one or several machines append to. BoTorch brings GPyTorch and more, and leaves
storage, workers and resuming to us.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol, cast, get_args

import optuna
from optuna.samplers import GPSampler, RandomSampler
from optuna.trial import TrialState

from featherface_edge.errors import PruningError
from featherface_edge.pruning.journal import is_alive, open_journal, presence
from featherface_edge.pruning.space import LEAST_WEIGHT, Choice
from featherface_edge.pruning.trials import Objective, Search, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial

    from featherface_edge.pruning.space import Space
    from featherface_edge.pruning.trials import Better

Sampling = Literal["bayesian", "random", "uniform"]
WORKER, RATES, KEPT, COST = "worker", "rates", "kept", "cost"
SHARE = "budget"  # name of the parameter beside those of the parts
UNSIGNED = timedelta(minutes=1)  # that a worker may take to put its name to a trial
DRAWN_FIRST = 10  # trials at random before the Gaussian process has something to go by


DIRECTIONS: Mapping[Better, Literal["maximize", "minimize"]] = {
    "higher": "maximize",
    "lower": "minimize",
}


class Judge(Protocol):
    """What tells good networks from bad ones."""

    def __call__(self, choice: Choice) -> Sequence[float]:
        """The network's scores, one for each objective of the study."""
        ...


@dataclass(frozen=True, slots=True)
class Study:
    """What to search, how, and for how long.

    sampling: "uniform" tries a single network, the one with equal rates, with which the others
    begin too. trials: of all workers together.
    """

    journal: Path
    objectives: tuple[Objective, ...]
    trials: int
    sampling: Sampling = "bayesian"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.sampling not in get_args(Sampling):
            raise ValueError(f"sampling is {self.sampling}, wanted {', '.join(get_args(Sampling))}")
        if not self.objectives or self.trials < 1:
            raise ValueError(
                f"{len(self.objectives)} objectives and {self.trials} trials, wanted 1 or more"
            )

    @property
    def wanted(self) -> int:
        """How many trials make it complete."""
        return 1 if self.sampling == "uniform" else self.trials


def search(study: Study, space: Space, judge: Judge, say: Callable[[str], None]) -> Search:
    """All trials of the study, of this worker and others, once there are enough.

    What an earlier, killed run has tried counts; what it was trying is tried again. say: told how
    far the study is.

    Raises: PruningError when the journal is of a study of other parts.
    """
    with presence(study.journal) as worker:
        opened = _opened(study, space)
        _retry_abandoned(opened, study.journal)
        while (number := len(_under_way(opened))) < study.wanted:
            say(f"trial {number + 1} of {study.wanted}{_best(opened, study)}")
            opened.sampler = _sampler(study, number)
            _try(opened, worker, space, judge)
    return _record(opened, study)


def _opened(study: Study, space: Space) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    opened = optuna.create_study(
        storage=open_journal(study.journal),
        study_name="rates",
        directions=[DIRECTIONS[objective.better] for objective in study.objectives],
        load_if_exists=True,
    )
    parts = opened.user_attrs.get("parts", list(space.parts))
    if parts != list(space.parts):
        raise PruningError(
            f"{study.journal} searches the rates of {', '.join(parts)}, wanted "
            f"{', '.join(space.parts)}: give another folder"
        )
    opened.set_user_attr("parts", parts)
    opened.enqueue_trial(dict.fromkeys((*space.parts, SHARE), 1.0), skip_if_exists=True)
    return opened


def _sampler(study: Study, number: int) -> BaseSampler:
    """A sampler with a seed of this trial's own, so that a resumed search proposes the same."""
    seed = 1000 * study.seed + number
    if study.sampling == "bayesian":
        return GPSampler(seed=seed, n_startup_trials=DRAWN_FIRST)
    return RandomSampler(seed=seed)


def _try(opened: optuna.Study, worker: str, space: Space, judge: Judge) -> None:
    trial = opened.ask()
    trial.set_user_attr(WORKER, worker)
    weights = {name: trial.suggest_float(name, LEAST_WEIGHT, 1.0) for name in space.parts}
    share = trial.suggest_float(SHARE, 0.0, 1.0) if space.limits.least else 1.0
    choice = space.choice(weights, share)
    for name, value in ((RATES, choice.rates), (KEPT, choice.kept), (COST, choice.cost)):
        trial.set_user_attr(name, value)
    opened.tell(trial, list(judge(choice)))


def _retry_abandoned(opened: optuna.Study, journal: Path) -> None:
    """Ends the trials whose workers are gone, and puts their weights in line again."""
    for trial in opened.get_trials(states=(TrialState.RUNNING,)):
        if _is_abandoned(trial, journal):
            opened.tell(trial.number, state=TrialState.FAIL, skip_if_finished=True)
            if trial.params:
                opened.enqueue_trial(trial.params)


def _is_abandoned(trial: FrozenTrial, journal: Path) -> bool:
    worker = trial.user_attrs.get(WORKER)
    if worker is None:  # begun a moment ago, or killed in that moment
        return datetime.now() - cast("datetime", trial.datetime_start) > UNSIGNED  # noqa: DTZ005 - Optuna's are local times
    return not is_alive(journal, worker)


def _under_way(opened: optuna.Study) -> list[FrozenTrial]:
    return opened.get_trials(deepcopy=False, states=(TrialState.RUNNING, TrialState.COMPLETE))


def _best(opened: optuna.Study, study: Study) -> str:
    done = opened.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    first, *others = study.objectives
    return "" if others or not done else f", best {first.name} so far {opened.best_value:.4g}"


def _record(opened: optuna.Study, study: Study) -> Search:
    """The study as plain records, in the order in which its trials ended."""
    done = opened.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    began = min(cast("datetime", trial.datetime_start) for trial in done)
    done.sort(key=lambda trial: cast("datetime", trial.datetime_complete))
    front = [trial.number for trial in opened.best_trials]
    first = study.objectives[0]
    sign = 1 if first.better == "higher" else -1
    chosen = max(opened.best_trials, key=lambda trial: (sign * trial.values[0], -trial.number))
    return Search(
        study.objectives,
        tuple(_trial(trial, began) for trial in done),
        chosen.number,
        tuple(sorted(front)),
    )


def _trial(trial: FrozenTrial, began: datetime) -> Trial:
    known = trial.user_attrs
    ended = cast("datetime", trial.datetime_complete)
    return Trial(
        trial.number,
        dict(known[RATES]),
        float(known[COST]),
        tuple(trial.values),
        (ended - began).total_seconds(),
        str(known[WORKER]),
    )


def chosen_network(journal: Path, number: int) -> Choice:
    """The network of a trial of this number in a journal."""
    opened = optuna.load_study(study_name="rates", storage=open_journal(journal))
    known = opened.trials[number].user_attrs
    return Choice(dict(known[RATES]), dict(known[KEPT]), float(known[COST]))
