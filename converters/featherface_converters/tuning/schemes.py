"""The table of schemes: how to learn an INT8 target's grids, without importing its vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.optional import load

if TYPE_CHECKING:
    from featherface_converters.target import Job
    from featherface_converters.tuning.scheme import Scheme

SCHEMES = {  # target -> module that offers scheme_of(job)
    "onnx-int8": "featherface_converters.tuning.onnx_scheme",
    "tflite-int8": "featherface_converters.tuning.tflite_scheme",
    "openvino-int8": "featherface_converters.tuning.openvino_scheme",
}


def scheme_of(target: str, job: Job) -> Scheme:
    """The grids that this target of the table gives to the job's network, read off its own work.

    Raises: ValueError for a target that does not round, MissingDependencyError where its packages
    are not installed.
    """
    if target not in SCHEMES:
        raise ValueError(f"{target} has no 8-bit grids, wanted one of {', '.join(SCHEMES)}")
    found: Scheme = load(SCHEMES[target], f"tuning for {target}", "convert").scheme_of(job)
    return found
