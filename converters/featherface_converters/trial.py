"""One inference of a new file in a process of its own: interpreters may abort."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from featherface_converters.formats.engines import open_engine
from featherface_edge.errors import ConversionError
from featherface_edge.spec import from_json
from featherface_runtime.backends import BackendOptions

PATIENCE_S = 300
GREY = 128


def require_sound(path: Path) -> None:
    """Makes sure that the file loads and runs.

    Raises: ConversionError when the interpreter refuses it, crashes, or does not come back.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
    }
    command = [sys.executable, "-m", __spec__.name, str(path)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, a path as data
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ConversionError(
            f"{path.name} did not run within {PATIENCE_S} s: convert another size"
        ) from error
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ConversionError(
            f"{path.name} does not run (exit status {done.returncode}: {reason:.200}): "
            "calibrate with other images, or report this network"
        )


def infer_once(path: Path) -> None:
    """Runs the file on a grey canvas."""
    backend = open_engine(path, BackendOptions(threads=1))
    size = from_json(backend.manifest).preprocessing
    backend.infer(np.full((size.height, size.width, 3), GREY, np.uint8))
    backend.close()


if __name__ == "__main__":
    infer_once(Path(sys.argv[1]))
