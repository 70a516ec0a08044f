"""A model file of a made-up format whose interpreter is a fake."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from featherface_runtime.backends.table import BACKENDS, Entry
from tests.fakes import FakeBackend, model_spec, one_face

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_runtime import BackendOptions


class FakeModel(NamedTuple):
    """The file, its fake interpreter, and the options that it was opened with."""

    path: Path
    backend: FakeBackend
    options: list[BackendOptions]


@pytest.fixture
def fake_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    """Give a model that sees one face, the anchor (20, 12, 36, 28) of its 96 x 64 canvas."""
    spec = model_spec(96, 64)
    model = FakeModel(tmp_path / "model.fake", FakeBackend(spec, one_face(spec)), [])
    model.path.write_text("fake")

    def open_backend(path: Path, options: BackendOptions) -> FakeBackend:
        assert path == model.path
        model.options.append(options)
        return model.backend

    module: Any = ModuleType("fake_backend")
    module.open_backend = open_backend
    monkeypatch.setitem(sys.modules, "fake_backend", module)
    monkeypatch.setitem(BACKENDS, ".fake", Entry("fake_backend", "fake", "a fake"))
    return model
