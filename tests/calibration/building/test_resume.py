"""Builds that are interrupted, and go on."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from featherface_calibration.building import build, run
from featherface_calibration.building.look import Looker
from featherface_edge.errors import DataError, UsageError
from tests.calibration.building.orders import order, silent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from featherface_calibration.building.look import Sight
    from featherface_edge.detection import Frame


class PowerCutError(Exception):
    """What interrupts a build in a test."""


def breaking(
    after: int, monkeypatch: pytest.MonkeyPatch, before: Callable[[], object] = list[object]
) -> None:
    """Let the looker fail at this picture; before: what is done then."""
    look: Callable[[Looker, Frame], Sight] = Looker.look
    seen: list[int] = []

    def failing(self: Looker, picture: Frame) -> Sight:
        if len(seen) == after:
            before()
            raise PowerCutError
        seen.append(0)
        return look(self, picture)

    monkeypatch.setattr(Looker, "look", failing)


def test_an_interrupted_build_goes_on_and_ends_the_same(folder: Path, tmp_path: Path) -> None:
    build(order(tmp_path / "whole.calib", folder), silent)
    asked = order(tmp_path / "a.calib", folder)
    for after in (5, 3):
        with pytest.MonkeyPatch.context() as patch:
            breaking(after, patch)
            with pytest.raises(PowerCutError):
                build(asked, silent)
        assert not (tmp_path / "a.calib").exists()
    said: list[str] = []
    build(asked, said.append)
    assert said[0] == "going on with an earlier build: 8 candidates"
    assert (tmp_path / "a.calib").read_bytes() == (tmp_path / "whole.calib").read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.calib", "photos", "whole.calib"]


def test_another_order_does_not_go_on_with_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(2, monkeypatch)
    with pytest.raises(PowerCutError):
        build(order(tmp_path / "a.calib", folder), silent)
    with pytest.raises(UsageError, match="is of a build with other sources or options"):
        build(order(tmp_path / "a.calib", folder, seed=1), silent)
    state = tmp_path / ".a.calib.building" / "state.npz"
    state.write_bytes(state.read_bytes()[:200])
    with pytest.raises(DataError, match="is damaged: delete it"):
        build(order(tmp_path / "a.calib", folder), silent)


def test_a_state_is_saved_now_and_then(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that is killed without a word goes on from its last save."""
    monkeypatch.setattr(run, "SAVE_S", 0.0)
    left, kept = tmp_path / ".a.calib.building", tmp_path / "kept"
    with pytest.MonkeyPatch.context() as patch:
        breaking(7, patch, lambda: shutil.copytree(left, kept))
        with pytest.raises(PowerCutError):
            build(order(tmp_path / "a.calib", folder), silent)
    shutil.rmtree(left)
    kept.rename(left)
    said: list[str] = []
    build(order(tmp_path / "a.calib", folder), said.append)
    assert said[0] == "going on with an earlier build: 7 candidates"


def test_what_cannot_be_written_is_one_line_and_the_build_goes_on_later(
    folder: Path, tmp_path: Path
) -> None:
    asked = order(tmp_path / "a.calib", folder)
    obstacle = tmp_path / ".a.calib.building" / "images" / "000004.jpg"
    (obstacle / "full").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"building cannot be used .*: choose another --out"):
        build(asked, silent)
    shutil.rmtree(obstacle)
    said: list[str] = []
    assert build(asked, said.append).pictures == 6
    assert said[0] == "going on with an earlier build: 4 candidates"
