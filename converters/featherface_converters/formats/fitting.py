"""Whether a network fits the targets that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from featherface_converters.formats.capability import TARGETS
from featherface_converters.target import refusal
from featherface_edge.errors import UsageError
from featherface_edge.models.graph import ATEN, calls

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch.fx import GraphModule, Node

    from featherface_converters.target import Recipe

NAMED = 3  # layers that a message names


def require_expressible(graph: GraphModule, network: str, recipes: Iterable[Recipe]) -> None:
    """Makes sure that every target has a form for all that the network computes.

    Raises: ConversionError that names the layers where one has not.
    """
    layers = list(dict.fromkeys(_layer(node) for node in calls(graph, ATEN.grid_sampler.default)))
    shown = ", ".join([*layers[:NAMED], *(["..."] if len(layers) > NAMED else [])])
    for recipe in recipes:
        if layers and not recipe.form.deformable:
            raise refusal(
                network,
                recipe,
                f"its {len(layers)} deformable convolutions ({shown}) have no form there: "
                "convert 'edge', or choose onnx or openvino",
            )


def require_signable(names: Iterable[str]) -> None:
    """Makes sure that every target carries a seal: the runtime's formats do, PyTorch's do not.

    Raises: UsageError when one does not.
    """
    for name in names:
        if not TARGETS[name].in_runtime:
            raise UsageError(f"{name} carries no seal to sign: convert to it without --sign")


def _layer(node: Node) -> str:
    """The path of the module that a node was traced from."""
    stack: dict[str, tuple[str, Any]] = node.meta.get("nn_module_stack") or {}
    paths = [path for path, _ in stack.values()]
    return paths[-1].removeprefix("_network.") if paths else node.name
