"""The raw maps behind the outputs of a file: what a decoder does is left to the decoder.

A probability beside logits, or two levels in one tensor, would share a scale in INT8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from featherface_converters.foreign.network import Head
from featherface_edge.detection.postprocess import NUMBERS
from featherface_edge.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onnx import NodeProto

    from featherface_converters.foreign.description import Activation, Description
    from featherface_converters.foreign.graph import OnnxGraph
    from featherface_edge.spec import Kind

_ACTIVATIONS: Mapping[str, Activation] = {"Sigmoid": "sigmoid", "Softmax": "softmax"}
_MOVING = {"Reshape", "Transpose", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Cast"}


class End(NamedTuple):
    """A raw map (1, C, h, w), and what the file does to it on the way to its output."""

    tensor: str
    activation: Activation


class Ends(NamedTuple):
    """The raw maps of all kinds, one a level.

    activation: what turns the score maps, and those of objectness, into probabilities.
    """

    maps: Mapping[Kind, Sequence[End]]
    activation: Activation

    @property
    def heads(self) -> list[Head]:
        """What the network is to give: every kind of the finest level, then of the next."""
        return [
            Head(end.tensor, self.paired(kind))
            for level in zip(*self.maps.values(), strict=True)
            for kind, end in zip(self.maps, level, strict=True)
        ]

    def paired(self, kind: Kind) -> bool:
        """Whether the maps of a kind hold two logits an anchor, of background and of face."""
        return self.activation == "softmax" and NUMBERS[kind] == 1


def ends_of(graph: OnnxGraph, described: Description) -> Ends:
    """The maps behind the described outputs.

    Raises: UsageError when the file has no such tensor, or not the described activations.
    """
    maps: dict[Kind, list[End]] = {
        kind: _of_levels(graph, names, len(described.levels))
        for kind, names in described.outputs.by_kind().items()
    }
    activations: dict[Kind, Activation] = {
        kind: _activation(kind, ends, described) for kind, ends in maps.items()
    }
    scores: set[Activation] = {activations[kind] for kind in maps if NUMBERS[kind] == 1}
    if len(scores) > 1 or ("objectness" in maps and scores != {"sigmoid"}):
        raise UsageError(
            f"score and objectness are made probabilities by {' and '.join(sorted(scores))}, "
            "wanted sigmoid for both: name other tensors"
        )
    return Ends(maps, scores.pop())


def _of_levels(graph: OnnxGraph, names: Sequence[str], levels: int) -> list[End]:
    makers = graph.makers
    missing = [name for name in names if name not in makers]
    if missing:
        known = ", ".join(each.name for each in graph.file.graph.output)
        raise UsageError(
            f"the file has no tensor {missing[0]!r} that depends on the picture, its outputs are "
            f"{known}: name some of them, or tensors before them"
        )
    if len(names) == levels:
        return [_behind(End(name, "none"), makers) for name in names]
    (name,) = names
    joined = _behind(End(name, "none"), makers)
    maker = makers[joined.tensor]
    if maker.op_type != "Concat" or len(maker.input) != levels:
        raise UsageError(
            f"{name!r} is made by {maker.op_type} of {len(maker.input)} tensors, wanted Concat of "
            f"{levels}, one a level: name {levels} tensors"
        )
    return [_behind(End(part, joined.activation), makers) for part in maker.input]


def _behind(end: End, makers: Mapping[str, NodeProto]) -> End:
    """The tensor before everything that only moves numbers or makes them probabilities."""
    maker = makers.get(end.tensor)
    if maker is None:
        return end
    if maker.op_type in _MOVING:
        return _behind(End(maker.input[0], end.activation), makers)
    if maker.op_type in _ACTIVATIONS and end.activation == "none":
        return _behind(End(maker.input[0], _ACTIVATIONS[maker.op_type]), makers)
    return end


def _activation(kind: Kind, ends: Sequence[End], described: Description) -> Activation:
    """What turns the raw maps of a kind into probabilities; "none" for boxes and landmarks."""
    in_file: set[Activation] = {end.activation for end in ends}
    said = described.coding.activation if NUMBERS[kind] == 1 else "none"
    if len(in_file) > 1 or (in_file != {"none"} and said != "none"):
        found = " and ".join(sorted(in_file))
        raise UsageError(
            f"the file applies {found} to its {kind} outputs, and coding.activation is {said!r}: "
            "say what is still to be done to the outputs"
        )
    done = in_file.pop()
    if NUMBERS[kind] > 1 and done != "none":
        raise UsageError(
            f"the file applies {done} to its {kind} outputs, which no coding here has: "
            "name the tensors before it"
        )
    return said if done == "none" else done
