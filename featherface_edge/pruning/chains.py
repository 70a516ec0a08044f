"""Networks of one kind of convolution, whose times tell what that kind costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from featherface_edge import __version__
from featherface_edge.models.heads import ANCHORS, BOX, LANDMARK
from featherface_edge.pruning.anatomy import Shape
from featherface_edge.spec import AnchorLevel, Kind, ModelSpec, OutputMap, Preprocessing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from featherface_edge.pruning.anatomy import Layer

REPEATS = 2  # of a pair of convolutions, there and back
STEP = 16  # of the widths that are tried
FRONT = 2  # side and stride of the convolution that makes a map from the picture
_KINDS: tuple[tuple[Kind, int], ...] = (
    ("score", ANCHORS),
    ("box", ANCHORS * BOX),
    ("landmark", ANCHORS * LANDMARK),
)
_POOLS = (16, 8, 4, 2, 1)


@dataclass(frozen=True, slots=True, order=True)
class Sample:
    """A network to be timed.

    repeats: of a convolution from `inputs` to `outputs` channels and one back; of twice as many
    depthwise ones. With 0 only the frame is left: what makes the map, and the heads. first: that
    frame's convolution is the shape itself, on a picture that is `stride` times as large.
    """

    shape: Shape
    inputs: int
    outputs: int
    repeats: int
    stride: int = FRONT

    @property
    def first(self) -> bool:
        """Whether the shape reads the picture."""
        return self.repeats == 0 and self.shape.kernel != FRONT

    @property
    def frame(self) -> Sample:
        """The same without repeats."""
        shape = Shape(FRONT, self.shape.height, self.shape.width)
        return Sample(shape, self.inputs, self.inputs, 0)


def samples(layers: Iterable[Layer], width: int) -> list[Sample]:
    """What must be timed to know what each of the layers costs at any width.

    width: of the picture. Frames come first. Gates, on maps of one number, are left out.
    """
    by_shape: dict[Shape, list[Layer]] = {}
    first: list[Sample] = []
    for layer in layers:
        if layer.first:
            first += _first(layer, width)
        elif layer.shape.height * layer.shape.width > 1:
            by_shape.setdefault(layer.shape, []).append(layer)
    chains = [sample for shape, found in by_shape.items() for sample in _chains(shape, found)]
    return [*dict.fromkeys([sample.frame for sample in chains] + first + chains)]


def _first(layer: Layer, width: int) -> list[Sample]:
    stride = round(width / layer.shape.width)
    counts = (layer.outputs, max(8, layer.outputs // 2))
    return [Sample(layer.shape, count, count, 0, stride) for count in counts]


def _chains(shape: Shape, layers: Sequence[Layer]) -> list[Sample]:
    """Narrow, wide, from narrow to wide, and one width that is no multiple of STEP."""
    widest = max(max(layer.inputs, layer.outputs) for layer in layers)
    high = -(-widest // STEP) * STEP
    low = max(STEP, -(-high // 4 // STEP) * STEP)
    high = max(high, low + STEP)
    odd = (low + high) // (2 * STEP) * STEP + STEP // 2
    pairs = [(low, low), (high, high), (odd, odd)]
    if not shape.depthwise:
        pairs.append((low, high))
    return [Sample(shape, ins, outs, REPEATS) for ins, outs in pairs]


class Chain(nn.Module):
    """The network of a sample: (N, 3, H, W) -> three raw maps."""

    def __init__(self, sample: Sample) -> None:
        super().__init__()
        shape = sample.shape
        kernel = shape.kernel if sample.first else FRONT
        padding = kernel // 2 if kernel % 2 else 0
        layers: list[nn.Module] = [
            nn.Conv2d(3, sample.inputs, kernel, sample.stride, padding),
            nn.ReLU(),
        ]
        for _ in range(sample.repeats):
            layers += _link(shape, sample.inputs, sample.outputs)
            layers += _link(shape, sample.outputs, sample.inputs)
        self.body = nn.Sequential(*layers)
        self.heads = nn.ModuleList(nn.Conv2d(sample.inputs, count, 1) for _, count in _KINDS)
        self.pool = next(
            each for each in _POOLS if not shape.height % each and not shape.width % each
        )

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """The heads see a small map, so that they cost next to nothing."""
        found = functional.max_pool2d(self.body(x), self.pool) if self.pool > 1 else self.body(x)
        return tuple(head(found) for head in self.heads)


def chain(sample: Sample) -> tuple[nn.Module, ModelSpec]:
    """A sample's network, with the same weights each time, and what it is fed and gives."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = Chain(sample).eval()
    width, height = (side * sample.stride for side in (sample.shape.width, sample.shape.height))
    spec = ModelSpec(
        network="chain",
        version=__version__,
        precision="float32",
        preprocessing=Preprocessing(
            width, height, "rgb", (128.0, 128.0, 128.0), 1.0, (128, 128, 128)
        ),
        levels=(AnchorLevel(sample.stride, (sample.stride,)),),
        outputs=tuple(OutputMap(kind, sample.stride, kind) for kind, _ in _KINDS),
        weights_sha256="0" * 64,
    )
    return network, spec


def _link(shape: Shape, inputs: int, outputs: int) -> list[nn.Module]:
    groups = inputs if shape.depthwise else shape.groups
    conv = nn.Conv2d(inputs, outputs, shape.kernel, padding=shape.kernel // 2, groups=groups)
    return [conv, nn.ReLU()]
