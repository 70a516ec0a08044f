"""How far the pictures of a calibration set reach in a network, and what halves of it lead to.

The calibration package, which sees no PyTorch, calls this by name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from featherface_calibration.samples import CalibrationSet
from featherface_calibration.shipped import shipped_calibration, shipped_proof
from featherface_calibration.verdict.judge import Ranges
from featherface_converters import proof
from featherface_converters.plan import Plan
from featherface_converters.plan.blocks import block_of
from featherface_converters.plan.calibrator import Calibrator
from featherface_converters.plan.simulation import Simulation
from featherface_converters.prepare import prepare
from featherface_converters.statistics import Statistics
from featherface_edge.errors import DataError
from featherface_edge.models.checkpoints import load, resized, shipped
from featherface_edge.progress import told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch.fx import GraphModule

    from featherface_edge.detection import FloatArray
    from featherface_edge.spec import ModelSpec, Preprocessing

FEWEST = 4  # pictures that can be halved


def ranges_in(
    network: Path | str,
    given: CalibrationSet,
    rule: Preprocessing,
    tell: Callable[[float], None],
) -> Ranges:
    """The ranges of a set in a network; `network`: a checkpoint, or the name of a shipped one.

    The shipped scenes stand for all other pictures. tell: given the share that is done, 0 to 1.

    Raises: DataError when the set was made for another network.
    """
    found = load(shipped(network) if isinstance(network, str) else network)
    spec = resized(found.spec, rule.width, rule.height)
    given.require_fit(spec.preprocessing)
    graph = prepare(found.model, spec.preprocessing)
    blocks = block_of(graph)
    maps = [node.name for node in graph.graph.output_node().all_input_nodes]
    reach = _reach(graph, maps, given, spec, tell)
    scenes = CalibrationSet((*shipped_calibration().files, *shipped_proof().files), "scenes")
    return Ranges(
        network=spec.network,
        names=(
            *(blocks[name] for name in _tensors(graph, maps)),
            *(f"map {output.name}" for output in spec.outputs for _ in range(2)),
        ),
        reach=reach,
        ordinary=_reach(graph, maps, scenes, spec, lambda _: None),
        likeness=_halved(graph, spec, given, proof.reference(found.model, spec, _exam(given))),
    )


def _tensors(graph: GraphModule, maps: list[str]) -> list[str]:
    """The nodes whose values are rounded, but for the maps."""
    return [
        node.name
        for node in graph.graph.nodes
        if node.op == "call_function" and node.name not in maps and node.meta["val"].ndim == 4  # noqa: PLR2004
    ]


def _reach(
    graph: GraphModule,
    maps: list[str],
    given: CalibrationSet,
    spec: ModelSpec,
    tell: Callable[[float], None],
) -> FloatArray:
    """(N, K): greatest magnitude of every tensor, then both ends of every map."""
    names = _tensors(graph, maps)
    rows: list[list[float]] = []
    for canvas in told(given.canvases(spec.preprocessing), tell):
        seen = Statistics(graph)
        seen.see(canvas)
        ends = [(-float(seen.lows[name].min()), float(seen.highs[name].max())) for name in maps]
        peaks = [float(seen.peaks(name).max()) for name in names]
        rows.append([*peaks, *(end for pair in ends for end in pair)])
    return np.array(rows, np.float32)


def _exam(given: CalibrationSet) -> proof.Exam:
    """The shipped scenes; they cannot be those that are judged."""
    scenes = shipped_proof()
    if given.shared_with(scenes):
        raise DataError(f"{given.name} holds scenes of the proof: check another set")
    return proof.Exam(scenes)


def _halved(
    graph: GraphModule, spec: ModelSpec, given: CalibrationSet, exact: proof.Reference
) -> tuple[float, float] | None:
    """How alike the faces of the rounded network are to the float one's by either half, 0 to 1."""
    if len(given) < FEWEST:
        return None
    first, second = (
        Simulation(
            Calibrator(graph, spec, replace(given, files=given.files[start::2])),
            exact,
            lambda _: None,
        ).likeness(Plan())
        for start in range(2)
    )
    return first, second
