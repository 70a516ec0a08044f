"""Any float TFLite file in LiteRT."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from featherface_edge.errors import ModelFileError
from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection.types import FloatArray
    from featherface_edge.evaluation.peers.detector import Inference, Outputs

litert = import_module("ai_edge_litert.interpreter")


def open_network(path: Path, threads: int, last_axes: dict[int, str]) -> Inference:
    """The file's inference on one tensor (1, H, W, 3).

    last_axes: names to give the outputs, by the length of their last axis.

    Raises: ModelFileError when the file cannot be read or has other outputs.
    """
    interpreter = _interpreter(path, threads)
    details = interpreter.get_output_details()
    places = {int(each["shape"][-1]): int(each["index"]) for each in details}
    if set(places) != set(last_axes):
        raise ModelFileError(
            f"{path} gives outputs of {sorted(places)} numbers an anchor, "
            f"wanted {sorted(last_axes)}: give the published file of this name"
        )
    source = interpreter.get_input_details()[0]["index"]

    def infer(tensor: FloatArray) -> Outputs:
        interpreter.set_tensor(source, tensor)
        interpreter.invoke()
        return {name: interpreter.get_tensor(places[axis]) for axis, name in last_axes.items()}

    return infer


def _interpreter(path: Path, threads: int) -> Any:  # noqa: ANN401 -- the vendor's object
    try:
        with quiet():
            interpreter = litert.Interpreter(model_path=str(path), num_threads=threads)
            interpreter.allocate_tensors()
    except (RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelFileError(
            f"{path} is no TFLite model that can be run ({reason}): give the published file"
        ) from error
    return interpreter
