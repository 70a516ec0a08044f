"""Python and TOML of the pages: what they show is run, or read by what would read it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")
pytest.importorskip("litert_torch")

from featherface_boards.profile import load
from featherface_converters.foreign.description import read_description
from featherface_edge.training.config.reader import read_config as read_training
from featherface_runtime.camera.config import read_config as read_camera
from featherface_runtime.choice import read as read_choice
from tests.docs import world
from tests.docs.reading import blocks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.docs.reading import Block

READERS: dict[str, Callable[[Path], object]] = {
    "docs/boards.md": lambda file: load(str(file)),
    "docs/camera.md": read_camera,
    "docs/foreign.md": read_description,
    "docs/training.md": read_training,
}
# What the pages have and this machine does not -> what stands for it; streams that never end do.
STAND_INS = {
    "rtsp://door.local/live": "test:?size=320x240&frames=3&live=false",
    "rtsp://camera/door": "test:?size=320x240&frames=3&live=false",
    "v4l2:///dev/video0": "test:?size=320x240&frames=3&live=false",
}
DETECTOR = "from featherface_runtime import Detector\n"  # for what shows only the next lines


@pytest.mark.parametrize("block", blocks("toml"), ids=lambda block: block.name)
def test_settings_of_the_pages_can_be_read(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(block.text, encoding="utf-8")
    reader = read_choice if block.text.startswith("[choice]") else READERS[block.page]
    assert reader(file)


@pytest.mark.tflite
@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block.name)
def test_python_of_the_pages_runs(block: Block, tmp_path: Path) -> None:
    world.fill_to_detect(tmp_path)
    text = block.text
    for shown, there in STAND_INS.items():
        text = text.replace(shown, there)
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", text if "import" in text else DETECTOR + text]
    done = subprocess.run(
        command, cwd=tmp_path, env=paths, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
