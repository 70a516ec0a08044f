"""All networks by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_edge.models import edge, featherface
from featherface_edge.spec import AnchorLevel, Kind, OutputMap, Preprocessing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import nn

ANCHOR_LEVELS = (AnchorLevel(8, (16, 32)), AnchorLevel(16, (64, 128)), AnchorLevel(32, (256, 512)))
VARIANCES = (0.1, 0.2)
DEFAULT_SIZE = (640, 640)


@dataclass(frozen=True, slots=True)
class Network:
    """A network of the registry: how it is built, how many parameters it has, what it eats.

    any_size: whether input sides need not be multiples of the largest stride.
    """

    build: Callable[[], nn.Module]
    parameters: int
    preprocessing: Preprocessing
    any_size: bool


PUBLISHED_INPUT = Preprocessing(
    *DEFAULT_SIZE, colour="bgr", mean=(104.0, 117.0, 123.0), scale=1.0, pad=(123, 117, 104)
)
EDGE_INPUT = Preprocessing(
    *DEFAULT_SIZE, colour="rgb", mean=(128.0, 128.0, 128.0), scale=1.0, pad=(128, 128, 128)
)


def _family(name: str, parameters: int) -> Network:
    config = featherface.CONFIGS[name]
    return Network(
        lambda: featherface.FeatherFace(config), parameters, PUBLISHED_INPUT, any_size=True
    )


def _edge(name: str, parameters: int) -> Network:
    config = edge.CONFIGS[name]
    return Network(lambda: edge.Edge(config), parameters, EDGE_INPUT, any_size=False)


NETWORKS: Mapping[str, Network] = {
    "edge": _edge("edge", 582_314),
    "v1": _family("v1", 592_371),
    "v1-lite": _family("v1-lite", 489_015),
    "v2-coordatt": _family("v2-coordatt", 493_095),
    "eca-cbam": _family("eca-cbam", 476_345),
    "retinaface-mnet0.25": _family("retinaface-mnet0.25", 426_608),
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
