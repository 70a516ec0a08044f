"""Ctrl-C in every stage of a conversion leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxscript")

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.convert
STAGES = 4  # preparing, ranges, the float network, the target


@pytest.mark.slow
@pytest.mark.parametrize("stage", range(1, STAGES + 1))
def test_an_interrupted_conversion_leaves_nothing(tmp_path: Path, stage: int) -> None:
    out = tmp_path / "out"
    out.mkdir()
    # What runs in the background of a shell ignores SIGINT, and so do its children.
    program = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from featherface_edge.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    flags = ["--target", "onnx-int8", "--size", "64x64", "-o", str(out)]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    with subprocess.Popen(
        [sys.executable, "-c", program, "convert", *flags],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if f"[{stage}/{STAGES}]" in line:
                running.send_signal(signal.SIGINT)
                break
        said = running.stderr.read()
        assert running.wait(120) == 130, said
    assert said.endswith("interrupted\n")
    assert list(out.iterdir()) == []
    kept = tmp_path / "cache" / "featherface-edge" / "float-maps"
    assert not kept.is_dir() or not [one for one in kept.iterdir() if one.name.startswith(".")]
