"""Commands that take a file further on its board."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_converters.formats.options import Options

COMMANDS = {  # flavour -> commands, by what they start
    "tensorrt": {
        "TensorRT": "trtexec --onnx={path} --int8 --fp16 --saveEngine={engine}",
        "TensorRT in ONNX Runtime": "ORT_TENSORRT_INT8_ENABLE=1 ORT_TENSORRT_FP16_ENABLE=1 "
        "fe-detect PHOTO --model {path} --provider tensorrt",
    },
}


def commands(path: Path, options: Options) -> dict[str, str]:
    """What to run next, by what it starts; nothing where the file is ready as it is."""
    engine = path.with_suffix(".engine").name
    return {
        name: command.format(path=path.name, engine=engine)
        for name, command in COMMANDS.get(options.flavour, {}).items()
    }
