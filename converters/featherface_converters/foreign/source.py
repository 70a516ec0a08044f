"""Another project's ONNX file and its description as a checkpoint of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from featherface_converters.foreign.description import read_description
from featherface_converters.foreign.ends import ends_of
from featherface_converters.foreign.graph import read_graph
from featherface_converters.foreign.network import OnnxNetwork
from featherface_converters.foreign.same import require_same
from featherface_edge import __version__
from featherface_edge.files import sha256_file
from featherface_edge.models.checkpoints import Checkpoint
from featherface_edge.spec import ModelSpec, OutputMap

if TYPE_CHECKING:
    from pathlib import Path


def opened(path: Path, description: Path, size: tuple[int, int] | None) -> Checkpoint:
    """The network and manifest of a float ONNX file.

    description: a TOML file, or the name of a shipped one. size: (width, height) of the canvas, the
    description's own where None.

    Raises: UsageError when file and description do not fit together. ConversionError when the file
    holds what is not known, or the network that was read from it gives other numbers than it.
    """
    described = read_description(description)
    rule = described.preprocessing(size)
    graph = read_graph(path, (rule.width, rule.height))
    ends = ends_of(graph, described)
    network = OnnxNetwork(graph, ends.heads).eval()
    spec = ModelSpec(
        network=described.network,
        version=__version__,
        precision="float32",
        preprocessing=rule,
        levels=described.anchor_levels(),
        outputs=tuple(
            OutputMap(f"{kind}_{level.stride}", level.stride, kind)
            for level in described.levels
            for kind in ends.maps
        ),
        weights_sha256=sha256_file(path),
        variances=described.variances(),
        thresholds=described.thresholds,
        training={"source": path.name},
        toolchain={"torch": torch.__version__},
        decoding=described.decoding(ends.activation),
    )
    require_same(network, graph, ends, spec, described.outputs.by_kind())
    return Checkpoint(network, spec)
