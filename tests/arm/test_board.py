"""Shipped models find the same faces here as on x86: pytest -m board, on a real board too."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.arm.detections import faces, shipped
from tests.arm.expectations import expected, require_agreement

if TYPE_CHECKING:
    from featherface_runtime.zoo import Artifact

pytestmark = pytest.mark.board
_CPU = Path("/proc/cpuinfo")


def overflows() -> bool:
    """Whether this is x86 without VNNI, where 8-bit products overflow in two interpreters."""
    flags = _CPU.read_text(encoding="utf-8") if _CPU.is_file() else ""
    return platform.machine() == "x86_64" and "_vnni" not in flags


def models() -> list[object]:
    """Give every shipped model as a parameter, marked with what it needs."""
    return [
        pytest.param(name, artifact, marks=_marks(artifact), id=name)
        for name, artifact in shipped().items()
    ]


def _marks(artifact: Artifact) -> list[pytest.MarkDecorator]:
    here = pytest.mark.skipif(
        artifact.format != "tflite" and overflows(),
        reason="8-bit products overflow on x86 without VNNI: the models of LiteRT do not",
    )
    return [getattr(pytest.mark, artifact.format), here]


def test_every_shipped_model_is_expected_to_find_faces() -> None:
    wanted = expected()
    assert wanted.keys() == shipped().keys()
    assert all(len(rows) > 3 for rows in wanted.values())


@pytest.mark.parametrize(("name", "artifact"), models())
def test_finds_what_x86_found(name: str, artifact: Artifact) -> None:
    require_agreement({name: faces(artifact)})
