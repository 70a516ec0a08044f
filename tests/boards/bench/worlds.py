"""Machines on which every combination has a true time; only their work moves the clock on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numpy as np

from featherface_boards.bench.candidate import Candidate, Taken, Turn
from featherface_boards.bench.picking import Arm, Means
from featherface_edge.errors import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from typing_extensions import Self

    from featherface_boards.bench.process import CandidateProcess
    from featherface_runtime.choice import Engine

PHOTOGRAPHS = 4
APS = {"big": 0.80, "middle": 0.70, "small": 0.55}
SIZES = {(320, 256): (0.0, 1.0), (320, 320): (0.02, 1.25), (640, 480): (0.10, 3.75)}
ENGINES: tuple[Engine, ...] = ("litert", "openvino", "onnx")


def all_arms(threads: Sequence[int] = (1, 2, 4)) -> list[Arm]:
    """Give 81 combinations."""
    return [
        Arm(Candidate(f"{name}-{size}-{engine}", count), name, size, engine, "int8", ap + more)
        for name, ap in APS.items()
        for size, (more, _) in SIZES.items()
        for engine in ENGINES
        for count in threads
    ]


class World:
    """A machine drawn by chance, the same for the same seed.

    noise: how much longer frames take by chance, as a share. broken: paths that bring their process
    down. start_s: what starting a process takes.
    """

    def __init__(self, seed: int, noise: float = 0.05, start_s: float = 0.5) -> None:
        random = np.random.default_rng(seed)
        self.now = 0.0
        self.noise, self.start_s = noise, start_s
        self.random = np.random.default_rng(seed + 1)
        self.broken: set[str] = set()
        self.started = self.open = 0
        self.arms = all_arms()
        self.true_ms = {arm.candidate: self._drawn(arm, random) for arm in self.arms}

    def _drawn(self, arm: Arm, random: np.random.Generator) -> float:
        base = {"big": 12.0, "middle": 5.0, "small": 2.0}[arm.model] * SIZES[arm.size][1]
        spread = float(np.exp(random.normal(0, 0.35)))
        kinds = {"litert": 1.0, "openvino": 1.2, "onnx": 1.5}
        return base * kinds[arm.engine] * spread / math.pow(arm.threads, 0.7)

    @property
    def truth(self) -> Mapping[Arm, float]:
        """The milliseconds of a frame of each combination."""
        # A larger canvas takes longer, all else equal, whatever chance says.
        rising: dict[Arm, float] = {}
        for arm in sorted(self.arms, key=lambda each: each.area):
            kin = [rising[each] for each in rising if each.kin == arm.kin]
            rising[arm] = max([self.true_ms[arm.candidate], *(1.05 * each for each in kin)])
        return rising

    def means(self, photographs: Path) -> Means:
        """Give what a race on this machine is run with."""
        truth = {arm.candidate: value for arm, value in self.truth.items()}

        def start(candidate: Candidate) -> CandidateProcess:
            return cast("CandidateProcess", FakeProcess(self, truth, candidate))

        return Means((photographs,) * PHOTOGRAPHS, photographs, lambda: self.now, start)


class FakeProcess:
    """Takes turns as a candidate's process does, on the world's clock."""

    def __init__(
        self, world: World, truth: Mapping[Candidate, float], candidate: Candidate
    ) -> None:
        self._world, self._truth = world, truth
        world.now += world.start_s
        world.started += 1
        self.exchange(candidate)
        world.open += 1

    def exchange(self, candidate: Candidate) -> None:
        self._world.now += 0.05
        if candidate.path in self._world.broken:
            raise BenchError(f"{candidate.path} brought its interpreter down")
        self._candidate = candidate

    def show(self, photographs: Sequence[Path]) -> None:
        assert len(photographs) == PHOTOGRAPHS

    def take(self, turn: Turn) -> Taken:
        world, count = self._world, turn.count * turn.passes
        noise = world.random.exponential(world.noise, count)
        times = self._truth[self._candidate] * (1 + noise)
        world.now += float(times.sum()) / 1e3
        column = tuple(times.tolist())
        return Taken(column, (), (), column, (), (), column, (False,) * count, 0.0, 0.0)

    def close(self) -> None:
        self._world.open -= 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
