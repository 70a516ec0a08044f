"""Commands that take a file further on its board."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_converters.formats.options import Options

TENSORRT_IN_ONNX_RUNTIME = (
    "ORT_TENSORRT_INT8_ENABLE=1 ORT_TENSORRT_FP16_ENABLE=1 "
    "fe-detect PHOTO --model {path} --provider tensorrt"
)
COMMANDS = {  # flavour -> commands
    "tensorrt": (
        "trtexec --onnx={path} --int8 --fp16 --saveEngine={engine}",
        TENSORRT_IN_ONNX_RUNTIME,
    ),
}


def commands(path: Path, options: Options) -> list[str]:
    """What to run next, each a line; nothing where the file is ready as it is."""
    engine = path.with_suffix(".engine").name
    return [
        command.format(path=path.name, engine=engine)
        for command in COMMANDS.get(options.flavour, ())
    ]
