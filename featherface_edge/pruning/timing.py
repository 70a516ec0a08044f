"""Measuring a latency table, and holding it against whole networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.pruning.anatomy import Anatomy, census
from featherface_edge.pruning.chains import chain, samples
from featherface_edge.pruning.latency import (
    Conditions,
    LatencyTable,
    read_measured,
    write_measured,
)
from featherface_edge.pruning.plan import Plan, count_kept
from featherface_edge.pruning.record import Prediction
from featherface_edge.pruning.slim import slimmed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from torch import nn

    from featherface_edge.pruning.latency import Stopwatch
    from featherface_edge.spec import ModelSpec

WHOLES = 6  # networks that tell what stands between convolutions; the first is the full one
CHECKS = 8  # further ones that check the table
SEED, CHECK_SEED = 1, 2
HIGHEST_RATE = 0.8


@dataclass(frozen=True, slots=True)
class Subject:
    """A network to be timed at its spec's size, and what times it."""

    model: nn.Module
    spec: ModelSpec
    stopwatch: Stopwatch

    @property
    def conditions(self) -> Conditions:
        """What a table of it holds for."""
        size = self.spec.preprocessing
        board = dict(self.stopwatch.board)
        return Conditions(self.spec.network, size.width, size.height, board)

    def milliseconds(self, kept: Mapping[str, int]) -> float:
        """The time of the network when its groups keep their first so many channels."""
        plan = Plan({name: tuple(range(count)) for name, count in kept.items()})
        return self.stopwatch.milliseconds(slimmed(self.model, plan), self.spec)


def latency_table(path: Path, subject: Subject, say: Callable[[str], None]) -> LatencyTable:
    """The table of a network, measured as far as the file at `path` does not hold it yet.

    Every measurement is written at once, so that a killed run goes on where it was. say: told what
    is measured.
    """
    size = subject.spec.preprocessing
    measured = read_measured(path, subject.conditions)
    kinds = samples(census(subject.model, size.width, size.height).layers, size.width)
    for number, sample in enumerate(kinds, 1):
        if sample not in measured.samples:
            say(f"timing convolutions: {number} of {len(kinds)}")
            measured.samples[sample] = subject.stopwatch.milliseconds(*chain(sample))
            write_measured(path, measured)
    anatomy = Anatomy(subject.model, size.width, size.height)
    for kept in _fitting(anatomy)[len(measured.wholes) :]:
        say(f"timing whole networks: {len(measured.wholes) + 1} of {WHOLES}")
        measured.wholes.append((dict(kept), subject.milliseconds(kept)))
        write_measured(path, measured)
    return LatencyTable(anatomy, measured, path)


def check(table: LatencyTable, subject: Subject, say: Callable[[str], None]) -> list[Prediction]:
    """What the table says of random networks that it does not know, and what they take.

    The table's file keeps what was measured.
    """
    checks = table.measured.checks
    for kept in random_widths(table.anatomy.sizes, CHECKS, CHECK_SEED)[len(checks) :]:
        say(f"checking the latency table: network {len(checks) + 1} of {CHECKS}")
        checks.append((kept, subject.milliseconds(kept)))
        write_measured(table.path, table.measured)
    return [Prediction(table.milliseconds(kept), taken) for kept, taken in checks]


def _fitting(anatomy: Anatomy) -> list[dict[str, int]]:
    return [anatomy.sizes, *random_widths(anatomy.sizes, WHOLES - 1, SEED)]


def random_widths(sizes: Mapping[str, int], count: int, seed: int) -> list[dict[str, int]]:
    """Channels kept of each group in so many random networks, from full to very narrow ones."""
    dice = np.random.default_rng(seed)
    found: list[dict[str, int]] = []
    for _ in range(count):
        overall = dice.uniform(0, HIGHEST_RATE)
        rates = dice.uniform(0, 2 * overall, len(sizes)).clip(0, HIGHEST_RATE)
        drawn = zip(sizes.items(), rates, strict=True)
        found.append({name: count_kept(size, rate) for (name, size), rate in drawn})
    return found
