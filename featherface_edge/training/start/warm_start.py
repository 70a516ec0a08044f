"""`edge` from a trained FeatherFace V1.

Its weights where the two agree, closed-form fits where they do not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from featherface_edge.models.attention import ChannelGate, ResidualCbam
from featherface_edge.models.blocks import Context
from featherface_edge.models.edge import Edge, EdgeConfig
from featherface_edge.models.heads import FaceHead, TwoClassHead
from featherface_edge.models.necks import BiFpn
from featherface_edge.models.registry import EDGE_INPUT, PUBLISHED_INPUT
from featherface_edge.training.start.annealing import AnnealedLeaky
from featherface_edge.training.start.fitting import fit, make_transparent, target_of
from featherface_edge.training.start.fusion import absorb_fusion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.models.backbones import MobileNet
    from featherface_edge.models.featherface import FeatherFace

GATE_SPAN = (
    2.5  # V1's residual gate is 1 to 2; ours is 0 to 1, so that what follows is multiplied by this
)
NEW_CHANNEL_NOISE = 0.5  # of the copied filter's standard deviation
Hook = Callable[[nn.Module, tuple[Tensor], Tensor], None]


def warm_start(
    teacher: FeatherFace, config: EdgeConfig, batches: Sequence[Tensor]
) -> tuple[Edge, float]:
    """A student with annealed activations and the teacher's knowledge.

    Beside it the largest share of variance that a fit leaves, or error of a fusion weight.

    batches: inputs (N, 3, H, W), RGB minus 128, on which gates and context modules are fitted.
    """
    student = Edge(config, AnnealedLeaky).eval()
    _copy_backbone(teacher.backbone, student.backbone)
    neck = teacher.neck
    if not isinstance(neck, BiFpn):
        raise TypeError(type(neck).__name__)
    error = absorb_fusion(neck, student.neck)
    _open_reducers(student)
    for entry in student.entry:
        _make_identity(entry)
    student.mixing.load_state_dict(teacher.mixing.state_dict())
    for old, new in zip(teacher.heads, student.heads, strict=True):
        _copy_head(old, new)
    with torch.no_grad():
        _fit_gates(teacher, student, batches)
        unexplained = _fit_contexts(teacher, student, batches)
    return student, max(error, *unexplained)


def teacher_input(x: Tensor) -> Tensor:
    """V1's input (BGR minus 104, 117, 123) from edge's (RGB minus 128), (N, 3, H, W)."""
    return x.flip(1) + _input_shift().to(x)


def _input_shift() -> Tensor:
    """What lies between the two inputs' means, (3, 1, 1), in V1's colour order."""
    means = zip(reversed(EDGE_INPUT.mean), PUBLISHED_INPUT.mean, strict=True)
    return torch.tensor([mine - theirs for mine, theirs in means])[:, None, None]


def _copy_backbone(old: MobileNet, new: MobileNet) -> None:
    state, target = old.state_dict(), new.state_dict()
    stem = state["stage1.0.0.weight"]
    shift = (stem * _input_shift()).sum(dim=(1, 2, 3))
    state["stage1.0.0.weight"] = stem.flip(1)
    state["stage1.0.1.running_mean"] = state["stage1.0.1.running_mean"] - shift
    new.load_state_dict(
        {key: _widened(key, value, target[key].shape) for key, value in state.items()}
    )


def _widened(key: str, value: Tensor, shape: torch.Size) -> Tensor:
    """The tensor with new channels.

    Noisy copies, which the next convolution's zero columns keep silent at first.
    """
    if value.shape == shape:
        return value
    if key == "stage1.1.3.weight":
        return torch.cat((value, torch.zeros_like(value)), dim=1)
    copies = value.repeat(shape[0] // value.shape[0], *[1] * (value.dim() - 1))
    if key.endswith("0.weight"):
        noise = torch.randn(copies.shape, generator=torch.Generator().manual_seed(0))
        copies[value.shape[0] :] += (noise * copies.std() * NEW_CHANNEL_NOISE)[value.shape[0] :]
    return copies


def _make_identity(unit: nn.Module) -> None:
    """Let convolution and BN pass what they are given, which is never negative."""
    for module in unit.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.dirac_(module.weight)
        elif isinstance(module, nn.BatchNorm2d):
            make_transparent(module)


def _open_reducers(student: Edge) -> None:
    for name in ("p3", "p4", "p5", "p4_up", "p5_up"):
        with torch.no_grad():
            getattr(student.neck.reducers, name).conv.weight.mul_(GATE_SPAN)


def _copy_head(old: nn.Module, new: nn.Module) -> None:
    if not (isinstance(old, TwoClassHead) and isinstance(new, FaceHead)):
        raise TypeError(type(old).__name__)
    new.box.load_state_dict(old.box.state_dict())
    new.landmark.load_state_dict(old.landmark.state_dict())
    with torch.no_grad():
        for name in ("weight", "bias"):
            published = getattr(old.score, name)
            getattr(new.score, name).copy_(published[1::2] - published[0::2])


def _fit_gates(teacher: FeatherFace, student: Edge, batches: Sequence[Tensor]) -> None:
    """Give every channel gate, as a constant, the mean of the teacher's attention."""
    pairs = [*zip(teacher.backbone_attention, student.backbone_attention, strict=True)]
    pairs += zip(teacher.neck_attention, student.neck_attention, strict=True)
    means: list[Tensor] = [torch.zeros(1) for _ in pairs]
    handles = [
        old.register_forward_hook(_mean_gain(means, index)) for index, (old, _) in enumerate(pairs)
    ]
    for batch in batches:
        teacher(teacher_input(batch))
    for handle in handles:
        handle.remove()
    for (_, gate), total in zip(pairs, means, strict=True):
        if isinstance(gate, ChannelGate) and gate.expand.bias is not None:
            gate.expand.weight.mul_(0.1)
            gate.expand.bias.copy_(6.0 * total / len(batches) / GATE_SPAN - 3.0)


def _mean_gain(means: list[Tensor], index: int) -> Hook:
    def hook(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
        if not isinstance(module, ResidualCbam):
            raise TypeError(type(module).__name__)
        x = functional.relu(inputs[0])
        gain = (output * x).sum(dim=(0, 2, 3)) / x.square().sum(dim=(0, 2, 3)).clamp_min(1e-9)
        means[index] = means[index] + gain.clamp(1.0, 2.0)

    return hook


def _fit_contexts(teacher: FeatherFace, student: Edge, batches: Sequence[Tensor]) -> list[float]:
    """Fit the contexts' plain convolutions to the deformable ones, first layer to last."""
    unexplained: list[float] = []
    for name in ("field3", "field5_in", "field5_out", "field7_in", "field7_out"):
        for level, (old, new) in enumerate(zip(teacher.context, student.context, strict=True)):
            if not (isinstance(old, Context) and isinstance(new, Context)):
                raise TypeError(type(old).__name__)
            unexplained.append(_fit_unit(teacher, student, (level, name), batches))
    return unexplained


def _fit_unit(
    teacher: FeatherFace, student: Edge, place: tuple[int, str], batches: Sequence[Tensor]
) -> float:
    level, name = place
    old, new = getattr(teacher.context[level], name), getattr(student.context[level], name)

    def run_teacher(batch: Tensor) -> object:
        return teacher(teacher_input(batch))

    return fit(target_of(new[0], new[1], old), (run_teacher, student), batches)
