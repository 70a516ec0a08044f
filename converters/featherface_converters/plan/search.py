"""The search for the cheapest plan that keeps a budget in the real interpreter."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from featherface_converters.plan.race import milliseconds_more
from featherface_converters.plan.record import Cost, Plan
from featherface_converters.proving import ProvenFile, inscribed, proven
from featherface_converters.tuning.chance import better_file
from featherface_converters.tuning.contest import better
from featherface_edge.errors import ConversionError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from featherface_converters.plan.calibrator import Calibrator
    from featherface_converters.plan.simulation import Simulation
    from featherface_converters.proof import Reference
    from featherface_converters.target import Job
    from featherface_converters.tuning.chance import Chance

MOST_VARIANTS = 3  # of those that the simulation ranks above the usual plan


@dataclass(frozen=True, slots=True)
class Means:
    """What a search has.

    simulation: shared by all targets. seconds: of the search for each target. say: told what
    begins, in a few words. clock: in seconds.
    """

    calibrator: Calibrator
    simulation: Simulation
    exact: Reference
    seconds: float
    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic


class Search:
    """The tries of one target; folder: where their files are kept meanwhile."""

    def __init__(self, name: str, means: Means, folder: Path) -> None:
        self._name = name
        self._means = means
        self._folder = folder
        self._until = means.clock() + means.seconds
        self._known: dict[Plan, ProvenFile] = {}
        self._tries = 0

    def best(self, first: ProvenFile, chance: Chance | None = None) -> ProvenFile:
        """The file of the cheapest plan found that holds, of the best one where none does.

        Other ranges come first, then tuning, then blocks that stay float. first: of the usual plan,
        with the budget in its proof.
        """
        if not first.proof.faults:
            return first
        self._say(f"{_plan(first.job).in_words()}: {'; '.join(first.proof.faults)}")
        kept = self._varied(first)
        if chance is not None and kept.proof.faults:
            kept = better_file(kept, chance, self._means.exact, self._means.say)
        costs: dict[str, Cost] = {}
        if kept.proof.faults and not self._late:
            contest = kept.proof.contest
            kept = self._grown(kept)
            if not kept.proof.faults:
                kept, costs = self._pruned(kept)
            kept = replace(kept, proof=replace(kept.proof, contest=contest))
        return inscribed(replace(kept, job=self._told(kept, costs)))

    @property
    def _late(self) -> bool:
        return self._means.clock() >= self._until

    def _varied(self, first: ProvenFile) -> ProvenFile:
        """The best of the plans that differ in ranges, equalisation and bias correction."""
        kept = first
        for plan in self._means.simulation.variants(_plan(first.job))[:MOST_VARIANTS]:
            if self._late or not kept.proof.faults:
                break
            kept = self._better(self._means.calibrator.job(plan), kept)
        return kept

    def _grown(self, start: ProvenFile) -> ProvenFile:
        """The best file with ever more blocks in float, until one holds: 1, 2, 4, 8 and so on."""
        plan, kept = _plan(start.job), start
        self._known[plan] = start
        ladder = self._means.simulation.ladder(plan)
        count = 1
        while kept.proof.faults and not self._late:
            left = (*plan.left_float, *ladder[:count])
            kept = self._better(replace(start.job, plan=replace(plan, left_float=left)), kept)
            if count >= len(ladder):
                break
            count *= 2
        return kept

    def _pruned(self, kept: ProvenFile) -> tuple[ProvenFile, dict[str, Cost]]:
        """The file without the blocks that need not stay float, and the costs of the others."""
        costs: dict[str, Cost] = {}
        for block in reversed(_plan(kept.job).left_float):
            if self._late:
                break
            plan = _plan(kept.job)
            fewer = replace(
                plan, left_float=tuple(each for each in plan.left_float if each != block)
            )
            other = self._tried(replace(kept.job, plan=fewer), kept)
            if not other.proof.faults:
                kept = other
            elif other is not kept:
                costs[block] = self._cost(block, kept, other)
        return kept, costs

    def _cost(self, block: str, kept: ProvenFile, other: ProvenFile) -> Cost:
        canvas = self._means.exact.canvases[0]
        more = milliseconds_more(kept.path, other.path, canvas)
        return Cost(block, more, other.proof.loss - kept.proof.loss)

    def _better(self, job: Job, kept: ProvenFile) -> ProvenFile:
        other = self._tried(job, kept)
        return other if better(other.proof, kept.proof) else kept

    def _tried(self, job: Job, kept: ProvenFile) -> ProvenFile:
        """The proven file of a job; the kept one where the job's file does not run."""
        plan = _plan(job)
        if plan in self._known:
            return self._known[plan]
        self._tries += 1
        path = self._folder / f"try{self._tries}" / kept.path.name
        path.parent.mkdir(parents=True)
        try:
            made = proven(kept.target, job, self._means.exact, path)
        except ConversionError as error:
            self._say(f"{plan.in_words()}: {error}")
            return kept
        self._known[plan] = made
        self._say(f"{plan.in_words()}: {'; '.join(made.proof.faults) or 'holds'}")
        return made

    def _say(self, text: str) -> None:
        left = max(0, round(self._until - self._means.clock()))
        self._means.say(f"{self._name}: try {self._tries} ({left} s left): {text}")

    def _told(self, kept: ProvenFile, costs: dict[str, Cost]) -> Job:
        """The job of the kept file, its plan with what the search learnt."""
        plan = _plan(kept.job)
        if not kept.proof.faults:
            ended = f"budget kept after {self._tries} tries"
        elif self._late:
            ended = f"time limit of {self._means.seconds:g} s after {self._tries} tries"
        else:
            ended = f"nothing left to try after {self._tries} tries"
        rows = tuple(costs[block] for block in plan.left_float if block in costs)
        return replace(kept.job, plan=replace(plan, costs=rows, ended=ended))


def _plan(job: Job) -> Plan:
    return job.plan or Plan()
