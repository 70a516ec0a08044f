"""Names of the published FeatherFace and RetinaFace checkpoints, turned into ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

_IGNORED = re.compile(
    r"(^|\.)total_(ops|params)$"
)  # left behind by the profiler of the training script
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^module\.", ""),
        (r"^body\.", "backbone."),
        (r"^bacbkbone_(\d)_cbam\.", r"backbone_attention.\1."),
        (r"^backbone_(?:attention|cbam)_(\d)\.", r"backbone_attention.\1."),
        (r"^(?:bif_cbam|bifpn_attention|attention_cbam)_(\d)\.", r"neck_attention.\1."),
        (r"\.ChannelGate\.mlp\.1\.", ".channel.reduce."),
        (r"\.ChannelGate\.mlp\.3\.", ".channel.expand."),
        (r"\.SpatialGate\.spatial\.(conv|bn)\.", r".spatial.\1."),
        (r"\.eca\.", ".channel."),
        (r"\.sam\.", ".spatial."),
        (r"^bifpn\.0\.(p\d)_down_channel(_2)?\.0\.conv\.", r"neck.reducers.\1\2.conv."),
        (r"^bifpn\.0\.(p\d)_down_channel(_2)?\.1\.", r"neck.reducers.\1\2.bn."),
        (r"^(neck\.reducers\.p\d)_2\.", r"\1_up."),
        (r"^bifpn\.(\d)\.p4_w1$", r"neck.cells.\1.w_mid4"),
        (r"^bifpn\.(\d)\.p3_w1$", r"neck.cells.\1.w_out3"),
        (r"^bifpn\.(\d)\.p(\d)_w2$", r"neck.cells.\1.w_out\2"),
        (r"^bifpn\.(\d)\.conv4_up\.", r"neck.cells.\1.mid4."),
        (r"^bifpn\.(\d)\.conv3_up\.", r"neck.cells.\1.out3."),
        (r"^bifpn\.(\d)\.conv(\d)_down\.", r"neck.cells.\1.out\2."),
        (r"\.(depthwise|pointwise)_conv\.conv\.", r".\1."),
        (r"^fpn\.output1\.", "neck.laterals.0."),
        (r"^fpn\.output2\.", "neck.laterals.1."),
        (r"^fpn\.output3\.", "neck.laterals.2."),
        (r"^fpn\.merge1\.", "neck.merge3."),
        (r"^fpn\.merge2\.", "neck.merge4."),
        (r"^ssh1_cs\.", "mixing.0."),
        (r"^ssh2_cs\.", "mixing.1."),
        (r"^ssh3_cs\.", "mixing.2."),
        (r"^ssh1\.", "context.0."),
        (r"^ssh2\.", "context.1."),
        (r"^ssh3\.", "context.2."),
        (r"\.conv3X3\.", ".field3."),
        (r"\.conv5X5_1\.", ".field5_in."),
        (r"\.conv5X5_2\.", ".field5_out."),
        (r"\.conv7X7_2\.", ".field7_in."),
        (r"\.conv7x7_3\.", ".field7_out."),
        (r"\.0\.offset_conv\.", ".0.offset."),
        (r"\.0\.modulator_conv\.", ".0.modulator."),
        (r"\.0\.regular_conv\.", ".0."),
        (r"^ca_p3\.", "coordinate.0."),
        (r"^ca_p4\.", "coordinate.1."),
        (r"^ca_p5\.", "coordinate.2."),
        (r"\.conv_transform\.", ".transform."),
        (r"\.bn_transform\.", ".bn."),
        (r"\.conv_h\.", ".rows."),
        (r"\.conv_w\.", ".columns."),
        (r"^ClassHead\.(\d)\.conv1x1\.", r"heads.\1.score."),
        (r"^BboxHead\.(\d)\.conv1x1\.", r"heads.\1.box."),
        (r"^LandmarkHead\.(\d)\.conv1x1\.", r"heads.\1.landmark."),
    )
)


def renamed(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state dict under our names.

    Profiler counters are dropped, unknown names stay as they are.
    """
    return {_rename(name): value for name, value in state.items() if not _IGNORED.search(name)}


def _rename(name: str) -> str:
    for pattern, replacement in _RULES:
        name = pattern.sub(replacement, name)
    return name
