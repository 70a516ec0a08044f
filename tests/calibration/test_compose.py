from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("skimage", reason="the pictures come with the extra 'dev'")
pytest.importorskip("matplotlib", reason="the pictures come with the extra 'dev'")

from featherface_calibration import shipped_calibration, shipped_proof
from featherface_calibration.compose import RECIPES, Recipe, compose, sources
from featherface_calibration.compose.light import Light, relight
from featherface_calibration.compose.placing import Pose, lay
from featherface_edge.errors import MissingDependencyError
from featherface_edge.images import read_image

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import Frame


def drawn(recipe: Recipe, seed: int) -> Frame:
    return compose(recipe, np.random.default_rng(seed))


@pytest.mark.parametrize("kind", ["portrait", "group", "crowd", "mixed", "empty"])
def test_scene_follows_its_seed(kind: str) -> None:
    recipe = next(each for each in RECIPES["calibration"] if each.kind == kind)
    scene = drawn(recipe, 3)
    assert scene.shape == (recipe.height, recipe.width, 3)
    assert scene.dtype == np.uint8
    np.testing.assert_array_equal(scene, drawn(recipe, 3))
    assert (scene != drawn(recipe, 4)).any()


def test_proof_has_backgrounds_of_its_own() -> None:
    calibration, proof = (
        {each.background for each in RECIPES[split] if each.kind != "portrait"}
        for split in ("calibration", "proof")
    )
    assert not calibration & proof


@pytest.mark.slow
def test_composing_again_gives_the_shipped_photographs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "featherface_calibration.compose", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    for split, shipped in (("calibration", shipped_calibration()), ("proof", shipped_proof())):
        again = sorted((tmp_path / split).iterdir())
        assert [file.name for file in again] == [file.name for file in shipped.files]
        for fresh, file in zip(again, shipped.files, strict=True):
            difference = np.abs(read_image(fresh).astype(int) - read_image(file))
            assert difference.mean() < 2, file.name


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sources.PICTURES, "lost", ("no_such_package", "lost.png"))
    with pytest.raises(MissingDependencyError, match=r"no_such_package.*\[dev\]"):
        sources.picture_path("lost")


def test_light_without_change_changes_nothing() -> None:
    pixels = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)
    np.testing.assert_array_equal(relight(pixels, Light(), np.random.default_rng(0)), pixels)


def test_light_goes_where_it_says() -> None:
    rng, pixels = np.random.default_rng(0), np.full((8, 8, 3), (60, 120, 180), np.uint8)
    assert relight(pixels, Light(exposure=0.5), rng).mean() < pixels.mean()
    assert relight(pixels, Light(saturation=0), rng).std(axis=2).max() == 0
    warm = relight(pixels, Light(warmth=1.2), rng)[0, 0]
    assert warm[0] > 60
    assert warm[2] < 180
    assert relight(pixels, Light(noise=5), rng).std(axis=(0, 1)).min() > 1


@pytest.mark.parametrize("mirrored", [False, True])
def test_figure_stands_where_the_pose_says(*, mirrored: bool) -> None:
    figure = sources.figures()[0]
    scene = np.zeros((200, 300, 3), np.uint8)
    laid = lay(scene, figure, figure.pixels, Pose(200, 60, 40, mirrored=mirrored))
    rows, columns = np.nonzero(laid.sum(axis=2))
    left, top, right, bottom = figure.face
    scale = 40 / (bottom - top)
    above = (top + bottom) / 2 * scale
    beside = (left + right) / 2 * scale
    if mirrored:
        beside = figure.pixels.shape[1] * scale - beside
    # The cut-out's soft edge and its empty margin leave a few pixels of play.
    assert rows.min() == pytest.approx(60 - above, abs=8)
    assert columns.min() == pytest.approx(200 - beside, abs=10)
    assert laid[60, 200].mean() > 60


def test_figure_has_a_cover_of_its_own_size() -> None:
    figure = sources.figures()[0]
    with pytest.raises(ValueError, match="cover is"):
        sources.Figure(figure.pixels, figure.cover[1:], figure.face)
