"""All networks by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_edge.models import edge, featherface, light, nano_b, swift, vit
from featherface_edge.spec import AnchorLevel, Kind, OutputMap, Preprocessing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import nn

ANCHOR_LEVELS = (AnchorLevel(8, (16, 32)), AnchorLevel(16, (64, 128)), AnchorLevel(32, (256, 512)))
VARIANCES = (0.1, 0.2)
DEFAULT_SIZE = (640, 640)


DEFORMABLE = "deformable: float ONNX and OpenVINO only"


@dataclass(frozen=True, slots=True)
class Network:
    """A network of the registry: how it is built, how many parameters it has, what it eats.

    any_size: whether input sides need not be multiples of the largest stride. deployable: whether
    every target of the converters takes it, float and INT8. published: the parameters that its
    authors state, where they differ. remark: a few words on that, or on what it cannot do.
    """

    build: Callable[[], nn.Module]
    parameters: int
    preprocessing: Preprocessing
    any_size: bool
    deployable: bool
    published: int | None = None
    remark: str = ""


PUBLISHED_INPUT = Preprocessing(
    *DEFAULT_SIZE, colour="bgr", mean=(104.0, 117.0, 123.0), scale=1.0, pad=(123, 117, 104)
)
EDGE_INPUT = Preprocessing(
    *DEFAULT_SIZE, colour="rgb", mean=(128.0, 128.0, 128.0), scale=1.0, pad=(128, 128, 128)
)


def _family(
    name: str, parameters: int, *, published: int | None = None, remark: str = ""
) -> Network:
    config = featherface.CONFIGS[name]
    deployable = config.context != "deformable"
    reasons = (remark, "" if deployable else DEFORMABLE)
    return Network(
        lambda: featherface.FeatherFace(config),
        parameters,
        PUBLISHED_INPUT,
        any_size=True,
        deployable=deployable,
        published=published,
        remark="; ".join(reason for reason in reasons if reason),
    )


def _light(build: Callable[[], nn.Module], parameters: int) -> Network:
    return Network(build, parameters, PUBLISHED_INPUT, any_size=True, deployable=True)


def _ours(build: Callable[[], nn.Module], parameters: int, remark: str) -> Network:
    return Network(build, parameters, EDGE_INPUT, any_size=False, deployable=True, remark=remark)


NETWORKS: Mapping[str, Network] = {
    "edge": _ours(lambda: edge.Edge(edge.CONFIGS["edge"]), 582_314, "INT8 by construction"),
    "edge-lean": _ours(
        lambda: edge.Edge(edge.CONFIGS["edge-lean"]), 444_090, "edge without its slowest parts"
    ),
    "edge-nano": _ours(
        lambda: swift.Swift(swift.CONFIGS["edge-nano"]), 168_186, "drawn for INT8 time"
    ),
    "edge-pico": _ours(
        lambda: swift.Swift(swift.CONFIGS["edge-pico"]), 71_274, "drawn for INT8 time"
    ),
    "v1": _family("v1", 592_371, published=488_661, remark="a profiler's artefact"),
    "v1-lite": _family("v1-lite", 489_015),
    "v1-494k": _family("v1-494k", 493_778),
    "v1-cbam-exact": _family("v1-cbam-exact", 488_664),
    "v1-plain": _family("v1-plain", 487_103, remark="one plain 3x3 as context"),
    "v1-c24": _family("v1-c24", 321_041, remark="stated as 489K"),
    "v2": _light(light.v2, 256_156),
    "v2-coordatt": _family("v2-coordatt", 493_095),
    "nano": _light(light.nano, 344_254),
    "nano-b-enhanced": replace(
        _light(nano_b.NanoB, 527_727),
        published=527_138,
        remark="that is with one prediction per cell and 3 scalars of distillation",
    ),
    "eca-cbam": _family("eca-cbam", 476_345),
    "eca-cbam-parallel": _family("eca-cbam-parallel", 476_345, remark="takes the file of eca-cbam"),
    "retinaface-mnet0.25": _family("retinaface-mnet0.25", 426_608),
    "vit": _ours(lambda: vit.Vit(vit.CONFIGS["vit"]), 284_078, "planned as about 285K"),
}


def network(name: str) -> Network:
    """The registry's entry of this name.

    Raises: UsageError for an unknown name.
    """
    if name not in NETWORKS:
        raise UsageError(
            f"unknown network '{name}', known are {', '.join(NETWORKS)}: choose one of them"
        )
    return NETWORKS[name]


def build(name: str) -> nn.Module:
    """A new, untrained network of this name, in training mode."""
    return network(name).build()


def parameter_count(model: nn.Module) -> int:
    """Number of trainable scalars."""
    return sum(parameter.numel() for parameter in model.parameters())


def output_maps() -> tuple[OutputMap, ...]:
    """The nine outputs that all networks give, in their order."""
    kinds: tuple[tuple[str, Kind], ...] = (
        ("cls", "score"),
        ("box", "box"),
        ("landmark", "landmark"),
    )
    return tuple(
        OutputMap(f"{prefix}_{level.stride}", level.stride, kind)
        for level in ANCHOR_LEVELS
        for prefix, kind in kinds
    )
