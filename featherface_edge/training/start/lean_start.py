"""`edge-lean` from a trained `edge`: its weights, and fits where a part of it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from featherface_edge.models.attention import ChannelGate
from featherface_edge.models.blocks import Context
from featherface_edge.models.edge import Edge, EdgeCell, EdgeConfig
from featherface_edge.training.start.fitting import Target, fit, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KEPT = ("backbone.stage1.0.", "backbone.stage1.5.")
OUTPUTS = ("out3", "out4", "out5")


def lean_start(teacher: Edge, config: EdgeConfig, batches: Sequence[Tensor]) -> tuple[Edge, float]:
    """A student with the teacher's knowledge, and the largest share of variance a fit leaves.

    What both have keeps the teacher's weights. The two full convolutions of the first stage repeat
    what pairs of separable blocks gave; the only BiFPN cell gives what the last one gave, behind
    its gates; the context modules repeat what they gave behind their entries.

    batches: inputs (N, 3, H, W), RGB minus 128, for the fits.
    """
    student = Edge(config).eval()
    student.load_state_dict(_shared(teacher, student), strict=False)
    with torch.no_grad():
        gains = _gate_gains(teacher, batches)
        runs = (teacher, student)
        left = [fit(target, runs, batches) for target in _targets(teacher, student, gains)]
    return student, max(left)


def _shared(teacher: Edge, student: Edge) -> dict[str, Tensor]:
    """The teacher's tensors that the student has, its last separable block under its new name."""
    wanted = student.state_dict()
    known = {
        key.replace("backbone.stage1.5.", "backbone.stage1.3."): value
        for key, value in teacher.state_dict().items()
        if not key.startswith("backbone.stage1.")
        or key.startswith(("backbone.stage1.0.", "backbone.stage1.5."))
    }
    return {key: value for key, value in known.items() if key in wanted}


def _gate_gains(teacher: Edge, batches: Sequence[Tensor]) -> list[Tensor]:
    """The mean factor (C, 1, 1) of each gate behind the neck."""
    totals: dict[nn.Module, Tensor] = {}

    def hook(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
        sums = (inputs[0] * output).sum(dim=(0, 2, 3)), inputs[0].square().sum(dim=(0, 2, 3))
        totals[module] = totals.get(module, torch.zeros(())) + torch.stack(sums)

    handles = [gate.register_forward_hook(hook) for gate in teacher.neck_attention]
    for batch in batches:
        teacher(batch)
    for handle in handles:
        handle.remove()
    parts = [totals[gate] for gate in teacher.neck_attention if isinstance(gate, ChannelGate)]
    return [(part[0] / part[1].clamp_min(1e-9))[:, None, None] for part in parts]


def _targets(teacher: Edge, student: Edge, gains: Sequence[Tensor]) -> Iterator[Target]:
    """The fits in an order in which every input is final."""
    stage, wanted = student.backbone.stage1, teacher.backbone.stage1
    for place in (1, 2):
        yield _pair(stage.get_submodule(str(place)), wanted.get_submodule(f"{2 * place}.4"))
    new, old = student.neck.cells[0], teacher.neck.cells[-1]
    if not (isinstance(new, EdgeCell) and isinstance(old, EdgeCell)):
        raise TypeError(type(new).__name__)
    for name, gain in zip(OUTPUTS, gains, strict=True):
        node = new.get_submodule(name)
        yield target_of(
            node.get_submodule("pointwise"), node.get_submodule("bn"), old.get_submodule(name), gain
        )
    for module, given in zip(student.context, teacher.context, strict=True):
        if not (isinstance(module, Context) and isinstance(given, Context)):
            raise TypeError(type(module).__name__)
        for name in ("field3", "field5_in", "field5_out", "field7_in", "field7_out"):
            yield _pair(module.get_submodule(name), given.get_submodule(name))


def _pair(unit: nn.Module, wanted: nn.Module) -> Target:
    return target_of(unit.get_submodule("0"), unit.get_submodule("1"), wanted)
