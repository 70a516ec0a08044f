"""Manifests of earlier days are read for ever: the files are as they were written then."""

from __future__ import annotations

from pathlib import Path

import pytest

from featherface_edge.spec import from_json, to_json

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("manifest-*.json"))


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_an_old_manifest_is_read(file: Path) -> None:
    spec = from_json(file.read_text(encoding="utf-8"))
    assert spec.network in {"edge", "edge-pico"}
    assert [level.stride for level in spec.levels] == [8, 16, 32]
    assert len(spec.outputs) == 9
    assert from_json(to_json(spec)) == spec


def test_there_are_old_manifests() -> None:
    assert len(GOLDEN) > 1
