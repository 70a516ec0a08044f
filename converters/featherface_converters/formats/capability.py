"""The one table of targets: what each makes, and what it can do. Naming one imports no vendor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from featherface_edge.spec import Ends, Precision


@dataclass(frozen=True, slots=True)
class Capability:
    """What a target makes, and what may be chosen of it.

    module: offers open_target(options). suffix: of its file. runs_on: who opens the file. takes,
    gives: number types of the ends, the default first; choices where there are more than one.
    deformable: whether it can express sampling at learnt offsets. dynamic: whether axes of the
    input may be free. opset: whether the version of the operators may be chosen. flavours: other
    forms of it, by name. in_runtime: whether the runtime opens the file.
    """

    module: str
    suffix: str
    precision: Precision
    runs_on: str
    takes: tuple[Ends, ...] = ("uint8",)
    gives: tuple[Ends, ...] = ("float32",)
    deformable: bool = False
    dynamic: bool = False
    opset: bool = False
    flavours: tuple[str, ...] = ()
    in_runtime: bool = True

    @property
    def ends(self) -> tuple[Ends, ...]:
        """The number types to choose from; none where there is no choice."""
        return self.takes if len(self.takes) > 1 else ()


PACKAGE = "featherface_converters"
ENDS: tuple[Ends, ...] = ("int8", "uint8", "float32")

TARGETS = {
    "onnx": Capability(
        f"{PACKAGE}.onnx",
        ".onnx",
        "float32",
        "ONNX Runtime, TensorRT",
        deformable=True,
        dynamic=True,
        opset=True,
    ),
    "onnx-fp16": Capability(
        f"{PACKAGE}.formats.onnx_fp16",
        ".onnx",
        "float16",
        "ONNX Runtime, TensorRT",
        opset=True,
    ),
    "onnx-int8": Capability(
        f"{PACKAGE}.onnx_int8",
        ".onnx",
        "int8",
        "ONNX Runtime; TensorRT by its flavour",
        opset=True,
        flavours=("tensorrt",),
    ),
    "tflite": Capability(
        f"{PACKAGE}.tflite", ".tflite", "float32", "LiteRT, TensorFlow Lite", takes=("float32",)
    ),
    "tflite-fp16": Capability(
        f"{PACKAGE}.formats.tflite_fp16",
        ".tflite",
        "float16",
        "LiteRT, TensorFlow Lite",
        takes=("float32",),
    ),
    "tflite-int8": Capability(
        f"{PACKAGE}.tflite_int8",
        ".tflite",
        "int8",
        "LiteRT, TensorFlow Lite",
        takes=ENDS,
        gives=ENDS,
    ),
    "openvino": Capability(f"{PACKAGE}.openvino", ".xml", "float32", "OpenVINO", deformable=True),
    "openvino-fp16": Capability(
        f"{PACKAGE}.formats.openvino_fp16", ".xml", "float16", "OpenVINO", deformable=True
    ),
    "openvino-int8": Capability(f"{PACKAGE}.openvino_int8", ".xml", "int8", "OpenVINO"),
    "torchscript": Capability(
        f"{PACKAGE}.formats.torchscript",
        ".torchscript",
        "float32",
        "PyTorch, LibTorch",
        deformable=True,
        in_runtime=False,
    ),
    "torch-export": Capability(
        f"{PACKAGE}.formats.torch_export",
        ".pt2",
        "float32",
        "PyTorch",
        deformable=True,
        in_runtime=False,
    ),
}
UNOFFERED = {  # name -> why
    "coreml": "coremltools runs models on macOS alone, so that no proof could be made here: "
    "convert the torchscript file with it on a Mac",
}
