"""The table of targets: naming one imports no vendor."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_edge.optional import load
from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_converters.target import Target

TARGETS = {  # name -> module that offers open_target()
    "onnx": "featherface_converters.onnx",
    "onnx-int8": "featherface_converters.onnx_int8",
    "tflite": "featherface_converters.tflite",
    "tflite-int8": "featherface_converters.tflite_int8",
    "openvino": "featherface_converters.openvino",
    "openvino-int8": "featherface_converters.openvino_int8",
}


def open_target(name: str) -> Target:
    """The target of this name.

    Raises: UsageError for an unknown name, MissingDependencyError where its packages are not
    installed.
    """
    if name not in TARGETS:
        raise UsageError(
            f"unknown target '{name}', known are {', '.join(TARGETS)}: choose from them"
        )
    # OpenVINO and NNCF tell their maker about each use, unless this package is missing.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # as import takes it
    with quiet():
        target: Target = load(TARGETS[name], f"converting to {name}", "convert").open_target()
    return target


def parsed(names: Sequence[str]) -> list[str]:
    """The targets of several comma lists, each once, in order.

    Raises: UsageError for an unknown name.
    """
    wanted = list(dict.fromkeys(name for text in names for name in text.split(",") if name))
    unknown = [name for name in wanted if name not in TARGETS]
    if unknown:
        raise UsageError(
            f"unknown target '{unknown[0]}', known are {', '.join(TARGETS)}: choose from them"
        )
    return wanted
