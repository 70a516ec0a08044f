"""YuNet in three interpreters, in float32 and INT8, at any size: the strongest form of each."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import nncf
import onnx
import openvino
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,  # pyright: ignore[reportUnknownVariableType]  # the vendor annotates in part
)

from featherface_calibration import CalibrationSet
from featherface_calibration.shipped import shipped_calibration
from featherface_converters import jobs
from featherface_converters.foreign import opened
from featherface_converters.onnx import PIXELS, exported
from featherface_converters.prepare import prepare
from featherface_converters.statistics import signed_pixels
from featherface_converters.targets import open_target
from featherface_edge.detection import letterbox, network_input
from featherface_edge.evaluation.timing import artifact_inference
from featherface_edge.files import replacing, sha256_file
from featherface_edge.quiet import quiet
from featherface_edge.spec import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import nn

    from featherface_edge.detection import FloatArray, Frame
    from featherface_edge.spec import ModelSpec

    Call: TypeAlias = Callable[[], object]

PHOTOGRAPHS = 3  # that calibrate: times hardly depend on the scales


def ways(source: Path, side: int, frame: Frame, kept: Path) -> dict[str, dict[str, Call]]:
    """For each interpreter, by a name, the ways to run YuNet on a square canvas with one thread.

    Of INT8 in ONNX Runtime and OpenVINO the vendors' own quantizers, every operator in INT8: our
    converters keep some layers in float, for accuracy, and at 256 were slower by a quarter. What
    is converted ends at the raw maps, as our own files do: no sigmoid, no change of axes.

    source: the published dynamic file. kept: folder of what is converted, made once.
    """
    rule = _network(source, side)[1].preprocessing
    pixels = network_input(letterbox(frame, rule)[0], rule)
    made = {
        kind: _kept(source, side, kind, kept) for kind in ("onnx", "tflite", "tflite-int8", *PLAIN)
    }
    return {
        "ONNX Runtime": {
            "published float32": _onnx(source, side, pixels),
            "float32": artifact_inference(made["onnx"], frame, 1),
            "int8": _onnx(made["plain-onnx"], side, pixels),
        },
        "OpenVINO": {
            "published float32": _openvino(_reshaped(source, side), pixels),
            "int8": _openvino(openvino.Core().read_model(made["plain-openvino"]), pixels),
        },
        "LiteRT": {
            "float32": artifact_inference(made["tflite"], frame, 1),
            "int8": artifact_inference(made["tflite-int8"], frame, 1),
        },
    }


def _network(source: Path, side: int) -> tuple[nn.Module, ModelSpec]:
    """The published graph up to its raw maps, for a square canvas, and its manifest."""
    made = opened(source, Path("yunet-n"), (side, side))
    return made.model, made.spec


def _calibration() -> CalibrationSet:
    return CalibrationSet(shipped_calibration().files[:PHOTOGRAPHS], "times only")


def _kept(source: Path, side: int, kind: str, kept: Path) -> Path:
    """The converted file, made where it is not there: by one of our targets, or of PLAIN."""
    maker = PLAIN.get(kind)
    suffix = maker[0] if maker else open_target(kind).recipe.suffix
    path = kept / f"{source.stem}-{sha256_file(source)[:8]}-{side}-{kind}{suffix}"
    if not path.exists():
        with replacing(path) as fresh:
            if maker:
                maker[1](source, side, fresh)
            else:
                _convert(source, side, kind, fresh)
            if suffix == ".xml":
                fresh.with_suffix(".bin").replace(path.with_suffix(".bin"))
    return path


def _convert(source: Path, side: int, kind: str, path: Path) -> None:
    target, (model, spec) = open_target(kind), _network(source, side)
    graph = prepare(model, spec.preprocessing)
    job = (
        jobs.float_job(graph, spec)
        if target.recipe.precision == "float32"
        else jobs.integer_job(graph, spec, _calibration())
    )
    target.write(job, path)
    target.embed(path, to_json(job.spec))


def _plain_onnx(source: Path, side: int, path: Path) -> None:
    model, spec = _network(source, side)
    exact = path.with_name("float.onnx")
    with quiet():
        onnx.save(exported(prepare(model, spec.preprocessing), spec), exact)
        quantize_static(
            exact,
            path,
            _Reader(iter(_calibration().canvases(spec.preprocessing))),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )


def _plain_openvino(source: Path, side: int, path: Path) -> None:
    rule = _network(source, side)[1].preprocessing
    inputs = [network_input(canvas, rule) for canvas in _calibration().canvases(rule)]
    with quiet():
        data = nncf.Dataset(inputs)
        made = nncf.quantize(_reshaped(source, side), data, subset_size=len(inputs))
    openvino.save_model(made, path, compress_to_fp16=False)


# Kind -> suffix and maker of a file with every operator in INT8, as the vendor's quantizer does it.
PLAIN = {"plain-onnx": (".onnx", _plain_onnx), "plain-openvino": (".xml", _plain_openvino)}


class _Reader(CalibrationDataReader):  # type: ignore[misc]  # the vendor's class carries no types
    """Canvases for the quantizer."""

    def __init__(self, canvases: Iterator[Frame]) -> None:
        self._canvases = canvases

    def get_next(self) -> dict[str, Any]:
        """The next input, none after the last."""
        canvas = next(self._canvases, None)
        return {} if canvas is None else {PIXELS: signed_pixels(canvas)}


def _onnx(path: Path, side: int, pixels: FloatArray) -> Call:
    onnxruntime: Any = import_module("onnxruntime")
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    for name, size in (("batch", 1), ("height", side), ("width", side)):
        settings.add_free_dimension_override_by_name(name, size)
    session = onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
    source = session.get_inputs()[0].name
    return lambda: session.run(None, {source: pixels})


def _reshaped(source: Path, side: int) -> Any:  # noqa: ANN401 -- the vendor's object
    model = openvino.Core().read_model(source)
    model.reshape([1, 3, side, side])
    return model


def _openvino(model: Any, pixels: FloatArray) -> Call:  # noqa: ANN401 -- the vendor's object
    settings = {
        "INFERENCE_NUM_THREADS": 1,
        "INFERENCE_PRECISION_HINT": "f32",
        "PERFORMANCE_HINT": "LATENCY",
    }
    request = openvino.Core().compile_model(model, "CPU", settings).create_infer_request()
    return lambda: request.infer({0: pixels})
