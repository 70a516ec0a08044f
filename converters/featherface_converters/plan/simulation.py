"""What a plan costs, told by the float network with numbers rounded as interpreters round them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from featherface_converters.biases import RoundedRun, round_kernels
from featherface_converters.plan.blocks import blocks, nodes_of
from featherface_converters.plan.record import ESTIMATORS, Plan
from featherface_converters.proof.reference import candidates
from featherface_converters.statistics import signed_pixels
from featherface_edge.evaluation.agreement import match_faces
from featherface_edge.models.graph import convolutions, copied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from torch.fx import GraphModule

    from featherface_converters.plan.calibrator import Calibrator
    from featherface_converters.proof import Reference
    from featherface_converters.target import Job
    from featherface_edge.detection import FloatArray

PHOTOGRAPHS = 16  # of the proof, which are enough to rank plans by
SURE = 0.3  # score of the faces that are compared
SAME_IOU = 0.5


class Simulation:
    """Ranks plans without a single conversion; every figure is measured when first asked for.

    say: told what begins, in a few words.
    """

    def __init__(
        self, calibrator: Calibrator, exact: Reference, say: Callable[[str], None]
    ) -> None:
        self._calibrator = calibrator
        self._exact = exact
        self._say = say
        count = len(exact.canvases)
        self._places = range(0, count, max(1, -(-count // PHOTOGRAPHS)))
        self._known: dict[Plan, float] = {}
        self._gains: dict[Plan, dict[str, float]] = {}

    def likeness(self, plan: Plan) -> float:
        """How alike the faces are to the float network's, 0 to 1.

        Like F1, but that each pair of faces counts with its IoU, less the share by which the score
        moved: so a face that nearly crossed a threshold tells as much as one that did.
        """
        if plan not in self._known:
            self._known[plan] = self._measured(plan)
        return self._known[plan]

    def variants(self, plan: Plan) -> list[Plan]:
        """Plans with other ranges, equalisation or biases that are better, best first."""
        if not self._exact.canvases:
            return []
        self._say(f"simulating {len(ESTIMATORS) + 2} plans on {len(self._places)} photographs")
        others = [replace(plan, estimator=each) for each in ESTIMATORS]
        best = max(others, key=self.likeness)
        others += [
            replace(best, equalise=not best.equalise),
            replace(best, correct=not best.correct),
        ]
        better = [each for each in others if self.likeness(each) > self.likeness(plan)]
        return sorted(better, key=self.likeness, reverse=True)

    def ladder(self, plan: Plan) -> list[str]:
        """The blocks in the order to leave them float: by likeness gained for a block's work."""
        job = self._calibrator.job(plan)
        found = blocks(job.graph)
        total = sum(block.work for block in found)
        gains = self.gains(plan)
        share = {block.name: (block.work + total / 100) / total for block in found}
        return sorted(gains, key=lambda name: _per(gains[name], share[name]), reverse=True)

    def gains(self, plan: Plan) -> dict[str, float]:
        """The likeness that each block gains by staying float where the plan rounds all others."""
        if plan not in self._gains:
            names = [block.name for block in blocks(self._calibrator.job(plan).graph)]
            self._say(f"simulating {len(names)} blocks on {len(self._places)} photographs")
            start = self.likeness(plan)
            self._gains[plan] = {
                name: self.likeness(replace(plan, left_float=(*plan.left_float, name))) - start
                for name in names
                if name not in plan.left_float
            }
        return self._gains[plan]

    def _measured(self, plan: Plan) -> float:
        job = self._calibrator.job(plan)
        worth = faces = 0.0
        for place, maps in zip(self._places, self._maps(job), strict=True):
            found = candidates(maps, job.spec, self._exact.placements[place])
            matched = match_faces(self._exact.faces[place], found, SURE, SAME_IOU)
            worth += float((matched.pairs.iou * (1 - np.abs(matched.pairs.score))).sum())
            faces += (matched.faces + matched.found) / 2
        return worth / faces if faces else 1.0

    def _maps(self, job: Job) -> Iterator[Sequence[FloatArray]]:
        """Yields the rounded network's maps, (rows, columns, channels), of each photograph."""
        left = job.plan.left_float if job.plan else ()
        exact = nodes_of(job.graph, left)
        run = RoundedRun(_rounded(job, exact), job.measured.statistics, exact)
        for place in self._places:
            with torch.inference_mode():
                maps = run.run(torch.from_numpy(signed_pixels(self._exact.canvases[place])))
            yield [np.ascontiguousarray(each[0].permute(1, 2, 0).numpy()) for each in maps]


def _rounded(job: Job, exact: frozenset[str]) -> GraphModule:
    """The graph with rounded kernels; what stays float keeps the biases that were never moved."""
    made = copied(job.measured.corrected)
    round_kernels(made, exact)
    for here, there in zip(convolutions(made), convolutions(job.graph), strict=True):
        if here.node.name in exact:
            here.bias = there.bias
    return made


def _per(gain: float, work: float) -> float:
    """Gain per work; a loss, which less work does not make worse, as it is."""
    return gain / work if gain > 0 else gain
