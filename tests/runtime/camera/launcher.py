"""fe-camera as a program of its own, which opens .fake files with a fake interpreter."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
_TEXT = f"""#!{sys.executable}
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "runtime")!r}, {str(ROOT / "boards")!r}]
from types import ModuleType
from featherface_runtime.backends.table import BACKENDS, Entry
from tests.fakes import FakeBackend, model_spec, one_face
from featherface_edge.cli import camera
spec = model_spec(96, 64)
module = ModuleType("fake_backend")
module.open_backend = lambda path, options: FakeBackend(spec, one_face(spec))
sys.modules["fake_backend"] = module
BACKENDS[".fake"] = Entry("fake_backend", "fake", "a fake")
sys.exit(camera())
"""


def fake_camera(folder: Path) -> tuple[Path, Path]:
    """Write the program and a model for it into the folder; give both files."""
    program, model = folder / "fe-camera", folder / "model.fake"
    program.write_text(_TEXT)
    program.chmod(0o755)
    model.write_text("fake")
    return program, model
