"""Markers: a test whose optional package is missing is skipped, saying which extra brings it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")

BOARD = Path(__file__).with_name("arm")  # the tests of real boards
EXTRAS = {  # marker -> (package that must be there, extra that brings it)
    "torch": ("torch", "train"),
    "onnx": ("onnxruntime", "onnx"),
    "tflite": ("ai_edge_litert", "litert"),
    "openvino": ("openvino", "openvino"),
    "convert": ("litert_torch", "convert"),
}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what imports packages that a board does not have, where -m board is asked for."""
    if config.getoption("markexpr") != "board":
        return None
    return not (collection_path.is_relative_to(BOARD) or BOARD.is_relative_to(collection_path))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    marks = {
        marker: pytest.mark.skip(reason=f"{package} is missing: install the extra {extra!r}")
        for marker, (package, extra) in EXTRAS.items()
        if find_spec(package) is None
    }
    for item in items:
        for marker in item.iter_markers():
            if marker.name in marks:
                item.add_marker(marks[marker.name])


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or fills the developer's own cache, or the profile of the own board."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("FEATHERFACE_CONFIG", str(tmp_path_factory.mktemp("config") / "board.toml"))
        yield
