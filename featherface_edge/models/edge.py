"""`edge`: the deployable FeatherFace, INT8 by construction."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional

from featherface_edge.models.attention import ChannelGate
from featherface_edge.models.backbones import LEVEL_CHANNELS, Fine, MobileNet
from featherface_edge.models.blocks import Activation, Context, HardSwish, conv3, conv_bn, mix
from featherface_edge.models.heads import FaceHead
from featherface_edge.models.necks import BiFpn, Maps, SeparableNode


@dataclass(frozen=True, slots=True)
class EdgeConfig:
    """Sizes of an edge network.

    Channels of stem and neck (multiples of 16), BiFPN cells, hidden units of the gates. fine: the
    kind of the first stage's blocks. entry: a 3x3 convolution before each context module.
    neck_gates: channel gates behind the neck.
    """

    stem: int = 16
    width: int = 64
    cells: int = 3
    gate_hidden: int = 16
    fine: Fine = "separable"
    entry: bool = True
    neck_gates: bool = True

    def __post_init__(self) -> None:
        for name in ("stem", "width", "gate_hidden"):
            if getattr(self, name) % 16:
                raise ValueError(f"{name} must be a multiple of 16, got {getattr(self, name)}")


CONFIGS = {
    "edge": EdgeConfig(),
    "edge-lean": EdgeConfig(cells=1, fine="full", entry=False, neck_gates=False),
}


class EdgeCell(nn.Module):
    """A BiFPN cell of plain sums.

    Fusion weights, constant after training, live in the convolutions before and after.

    `activation` follows every sum. Levels must halve exactly: nearest x2 upsampling, 2x2 maximum at
    stride 2.
    """

    def __init__(self, width: int, activation: Activation) -> None:
        super().__init__()
        self.mid4, self.out3 = SeparableNode(width), SeparableNode(width)
        self.out4, self.out5 = SeparableNode(width), SeparableNode(width)
        self.act_mid4, self.act_out3 = activation(), activation()
        self.act_out4, self.act_out5 = activation(), activation()

    def forward(self, down: Maps, up: tuple[Tensor, Tensor]) -> Maps:
        """Three levels (N, C, h, w) and the way-up copies of the coarser two -> three levels."""
        p3, p4, p5 = down
        mid4 = self.mid4(self.act_mid4(p4 + _enlarge(p5)))
        out3 = self.out3(self.act_out3(p3 + _enlarge(mid4)))
        out4 = self.out4(self.act_out4(up[0] + mid4 + functional.max_pool2d(out3, 2)))
        out5 = self.out5(self.act_out5(up[1] + functional.max_pool2d(out4, 2)))
        return out3, out4, out5


def _enlarge(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")


class Edge(nn.Module):
    """The deployable network.

    FeatherFace V1's structure from operators that every INT8 engine runs in INT8.

    Input (N, 3, H, W) float32, RGB pixels minus 128, H and W multiples of 32: the camera's uint8
    pixels are the int8 input (scale 1), padding is mid-grey, and no float preprocessing is left on
    the board. Output: nine maps, per level face logits (N, 2, h, w), boxes (N, 8, h, w), landmarks
    (N, 20, h, w).

    Taken from FeatherFace V1: MobileNetV1 x 0.25 with its three taps, attention on backbone and
    neck, three BiFPN cells of 64 channels, SSH context, shuffle block, heads, two anchors a cell;
    the trained weights of all of them as start.

    Changed, and why:

    - deformable 3x3 -> plain 3x3 convolutions, with one more 3x3 before them for what the learnt
      offsets reached: no INT8 converter takes them, and they cost half of
      V1's time;
    - leaky ReLU -> ReLU: fused into the convolution before in every engine, leaky ones are float
      islands; Swish after a fused sum -> hard Swish written with ReLU6, which keeps BiFPN (a plain
      ReLU there lost a third of its variance);
    - CBAM -> a channel gate from the mean, hard sigmoid as ReLU6: channel maximum and spatial gate
      stay float in INT8;
    - weighted fusion -> plain sums, the weights moved into the neighbouring convolutions: nothing
      is left to multiply;
    - zero-padded 3x3 maximum -> 2x2 maximum: padding is unambiguous, and free in every engine;
    - stem of 8 -> 16 channels: depthwise kernels want multiples of 16;
    - two class logits -> one: same probability, half the map, and no shared scale of opposite
      values;
    - BGR minus (104, 117, 123) -> RGB minus 128: the difference lives in the first convolution.
    """

    def __init__(
        self, config: EdgeConfig, activation: Activation = nn.ReLU, fusion: Activation = HardSwish
    ) -> None:
        super().__init__()
        width, hidden = config.width, config.gate_hidden
        self.backbone = MobileNet(activation, config.stem, config.fine)
        self.backbone_attention = nn.ModuleList(
            ChannelGate(c, max(hidden, c // 16)) for c in LEVEL_CHANNELS
        )
        self.neck = BiFpn(width, (EdgeCell(width, fusion) for _ in range(config.cells)))
        self.neck_attention = nn.ModuleList(
            ChannelGate(width, hidden) if config.neck_gates else nn.Identity()
            for _ in LEVEL_CHANNELS
        )
        self.entry = nn.ModuleList(
            nn.Sequential(*conv_bn(width, width), activation()) if config.entry else nn.Identity()
            for _ in LEVEL_CHANNELS
        )
        self.context = nn.ModuleList(Context(width, conv3, activation) for _ in LEVEL_CHANNELS)
        self.mixing = nn.ModuleList(mix(width) for _ in LEVEL_CHANNELS)
        self.heads = nn.ModuleList(FaceHead(width) for _ in LEVEL_CHANNELS)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, H, W) -> nine maps: score, box, landmark at stride 8, then 16, then 32."""
        outputs: list[Tensor] = []
        for index, level in enumerate(self.levels(x)):
            outputs += self.heads[index](
                self.mixing[index](self.context[index](self.entry[index](level)))
            )
        return tuple(outputs)

    def levels(self, x: Tensor) -> list[Tensor]:
        """(N, 3, H, W) -> the inputs of the context modules, three (N, width, h, w), >= 0."""
        features = [
            gate(level)
            for gate, level in zip(self.backbone_attention, self.backbone(x), strict=True)
        ]
        return [
            gate(functional.relu(level))
            for gate, level in zip(self.neck_attention, self.neck(*features), strict=True)
        ]
