"""The first stage: how much of each part goes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from featherface_edge.data.augment import Sampler
from featherface_edge.data.faces import training_photographs
from featherface_edge.files import write_text
from featherface_edge.models.checkpoints import resized
from featherface_edge.pruning.anatomy import Anatomy
from featherface_edge.pruning.comparison import (
    Entrant,
    Terms,
    compared,
    read_contest,
    write_contest,
)
from featherface_edge.pruning.groups import channel_groups
from featherface_edge.pruning.importance import importance
from featherface_edge.pruning.latency import open_stopwatch
from featherface_edge.pruning.objective import Length, ShortTraining
from featherface_edge.pruning.plan import choose
from featherface_edge.pruning.run.workplace import read_json
from featherface_edge.pruning.slim import slimmed
from featherface_edge.pruning.space import Limits, Space, search_groups
from featherface_edge.pruning.study import Study, chosen_network, search
from featherface_edge.pruning.timing import Subject, check, latency_table
from featherface_edge.pruning.trials import Contest, Objective, Search

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from featherface_edge.models.checkpoints import Checkpoint
    from featherface_edge.pruning.record import Prediction, Unit
    from featherface_edge.pruning.run.workplace import Workplace
    from featherface_edge.pruning.space import Choice
    from featherface_edge.pruning.study import Judge

    Cost = Callable[[Mapping[str, int]], float]

OBJECTIVE = Objective("distillation loss after a short fine-tuning", "lower")
PLAIN = "l1"  # the criterion that others are held to
THREADS = 1


@dataclass(frozen=True, slots=True)
class Found:
    """What the search chose: rates by part, and by channel group; parts that were tried."""

    parts: Mapping[str, float]
    groups: Mapping[str, float]
    trials: Search
    predictions: Sequence[Prediction]
    contest: Contest | None = None


class Trainer:
    """Judges choices by a short training of the slimmed network, the same for all."""

    def __init__(self, checkpoint: Checkpoint, work: Workplace, space: Space) -> None:
        self._model, self._space = checkpoint.model, space
        config = work.config
        self._multiple = config.search.multiple
        sampler = Sampler(
            training_photographs(config.train.data),
            config.train.augment,
            seed=config.train.seed,
            pad=checkpoint.spec.preprocessing.pad,
        )
        length = Length(config.search.steps, config.search.judged)
        work.say("preparing the crops of the trials")
        self._training = ShortTraining(checkpoint, config.train, sampler, length)

    def judge(self, criterion: str) -> Judge:
        """The judge of choices whose channels are those that matter least by this criterion."""
        scores = importance(self._model, channel_groups(self._model), criterion)

        def loss(choice: Choice) -> Sequence[float]:
            rates = self._space.group_rates(choice)
            chosen = choose({name: scores[name] for name in rates}, rates, self._multiple)
            return (self._training.loss(slimmed(self._model, chosen)),)

        return loss


def searched(checkpoint: Checkpoint, work: Workplace) -> Found:
    """The rates at the budget, from the file of an earlier sitting or from a search."""
    space, predictions = _space(checkpoint, work)
    config = work.config
    study = Study(
        work.journal, (OBJECTIVE,), config.search.trials, config.search.method, config.train.seed
    )
    if not work.rates.is_file():
        trainer = Trainer(checkpoint, work, space)
        found = search(study, space, trainer.judge(config.search.criterion), work.say)
        if config.search.compare:
            write_contest(work.contest, _contest(work, space, trainer))
        choice = chosen_network(work.journal, found.chosen)
        kept = {"parts": dict(choice.rates), "groups": space.group_rates(choice)}
        write_text(work.rates, json.dumps(kept, indent=1) + "\n")
    rates = cast("dict[str, dict[str, float]]", read_json(work.rates))
    trials = search(study, space, _never, work.say)
    contest = read_contest(work.contest) if config.search.compare else None
    return Found(rates["parts"], rates["groups"], trials, predictions, contest)


def _contest(work: Workplace, space: Space, trainer: Trainer) -> Contest:
    """The search against random search, equal rates, and itself with another criterion."""
    config = work.config.search
    judge = trainer.judge(config.criterion)
    entrants = (
        Entrant(f"{config.method}, {config.criterion}", config.method, judge, work.journal),
        Entrant(f"random, {config.criterion}", "random", judge),
        Entrant(f"uniform, {config.criterion}", "uniform", judge),
        Entrant(f"{config.method}, {PLAIN}", config.method, trainer.judge(PLAIN)),
        Entrant(f"uniform, {PLAIN}", "uniform", trainer.judge(PLAIN)),
    )
    work.contest.mkdir(parents=True, exist_ok=True)
    terms = Terms(OBJECTIVE, config.trials, (work.config.train.seed,))
    return compared(work.contest, space, entrants, terms, work.say)


def _never(choice: Choice) -> Sequence[float]:
    raise AssertionError(f"a finished study tries {choice}")


def _space(checkpoint: Checkpoint, work: Workplace) -> tuple[Space, Sequence[Prediction]]:
    config = work.config
    costs, predictions = _costs(checkpoint, work)
    limits = config.target.limits
    unit = next(iter(limits))

    def cost(kept: Mapping[str, int]) -> float:
        """In the first limit's unit; where another is harder to keep, what that one stands for."""
        return limits[unit] * max(costs[each](kept) / most for each, most in limits.items())

    parts = search_groups(channel_groups(checkpoint.model))
    held = Limits(limits[unit], config.search.most, config.search.multiple)
    return Space(parts, cost, held), predictions


def _costs(
    checkpoint: Checkpoint, work: Workplace
) -> tuple[Mapping[Unit, Cost], Sequence[Prediction]]:
    target = work.config.target
    anatomy = Anatomy(checkpoint.model, target.width, target.height)
    counted: dict[Unit, Cost] = {
        "parameters": lambda kept: float(anatomy.at(kept).parameters),
        "MACs": lambda kept: float(anatomy.at(kept).macs),
    }
    if not target.ms:
        return counted, ()
    stopwatch = open_stopwatch(target.engine, THREADS, work.journal.parent)
    spec = resized(checkpoint.spec, target.width, target.height)
    subject = Subject(checkpoint.model, spec, stopwatch)
    table = latency_table(work.latency, subject, work.say)
    return {**counted, "ms": table.milliseconds}, check(table, subject, work.say)
