"""A node of an ONNX graph with what it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from onnx import helper

from featherface_edge.errors import ConversionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import torch
    from numpy.typing import NDArray
    from onnx import NodeProto

Step: TypeAlias = "Callable[[Call], torch.Tensor | Sequence[torch.Tensor]]"


@dataclass(frozen=True, slots=True)
class Call:
    """A node with what it is given.

    tensors: by the place of the input; constants: those among them that are stored.
    """

    node: NodeProto
    tensors: Mapping[int, torch.Tensor]
    constants: Mapping[int, NDArray[Any]]

    def setting(self, name: str, default: Any) -> Any:  # noqa: ANN401 - of many types
        """An attribute of the node."""
        for each in self.node.attribute:
            if each.name == name:
                value = helper.get_attribute_value(each)
                return value.decode() if isinstance(value, bytes) else value
        return default

    def wholes(self, place: int) -> list[int] | None:
        """The stored whole numbers at this place, None where there are none."""
        stored = self._stored(place)
        return None if stored is None else [int(each) for each in stored.reshape(-1)]

    def numbers(self, place: int) -> list[float] | None:
        """The stored numbers at this place, None where there are none."""
        stored = self._stored(place)
        return None if stored is None else [float(each) for each in stored.reshape(-1)]

    def value(self, place: int) -> torch.Tensor | float:
        """The tensor at this place, or the number where a single one is stored."""
        stored = self.constants.get(place)
        return (
            float(stored.reshape(-1)[0]) if stored is not None and stored.size == 1 else self[place]
        )

    def refusal(self, what: str) -> ConversionError:
        """The error of a form of the operator that is not known."""
        return ConversionError(
            f"operator {self.node.op_type} ({self.node.output[0]}) {what}: export the network "
            "without it, or name tensors before it"
        )

    def __getitem__(self, place: int) -> torch.Tensor:
        return self.tensors[place]

    def _stored(self, place: int) -> NDArray[np.generic] | None:
        if place in self.tensors and place not in self.constants:
            raise self.refusal(f"computes its input {place} from the picture")
        return self.constants.get(place)
