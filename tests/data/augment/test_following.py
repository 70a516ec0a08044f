"""Landmarks, boxes and ignored regions stay on what they name, whatever happens to the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featherface_edge.data.augment.album import Album
from featherface_edge.data.augment.mixing import cutmix, mixup
from featherface_edge.data.augment.mosaic import mosaic
from featherface_edge.data.augment.recipes import Source
from featherface_edge.data.augment.small_faces import small_faces
from featherface_edge.data.types import Faces, Photograph
from tests.data.augment.blobs import CORNERS, MARKS, PLAIN, SCENES, Scene, centre, shows
from tests.pictures import plain, write_photograph

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from featherface_edge.data.types import Crop
    from featherface_edge.detection.types import FloatArray, Frame

    Option = Callable[[np.random.Generator, Source, int], Crop]

seeds = st.integers(0, 10_000)
sides = st.sampled_from([160, 256, 320])
recipes = pytest.mark.parametrize("recipe", PLAIN)
ORDERS = (MARKS, tuple(MARKS[index] for index in (1, 0, 2, 4, 3)))  # as painted, in the mirror
DISTINCT = 20  # pixels of a face from which on its discs can be told apart
ONE_FACE = Scene("one", (600, 450), ((210, 130, 150, 190),))
ONE_IGNORED = Scene("ignored", (600, 450), (), ((210, 130, 150, 190),))


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Photograph]:
    folder = tmp_path_factory.mktemp("scenes")
    scenes = (*SCENES, ONE_FACE, ONE_IGNORED)
    files = {scene.name: scene.photograph(folder) for scene in scenes}
    files |= {f"{scene.name}, jpeg": scene.photograph(folder, ".jpg") for scene in scenes}
    regions = np.array([[210, 130, 360, 320], [430, 60, 520, 170]], np.float32)
    faces = Faces(regions[:1], np.full((1, 5, 2), np.nan, np.float32), regions[1:])
    picture = plain(600, 450, (0, 0, 0))
    picture[130:320, 210:360] = picture[60:170, 430:520] = 255
    for name, suffix in (("white", ".png"), ("white, jpeg", ".jpg")):
        file = write_photograph(folder / f"white{suffix}", picture)
        files[name] = Photograph(file, faces, 1.0)
    return files


def cropped(recipe: str, photograph: Photograph, seed: int, side: int) -> Crop:
    return PLAIN[recipe].crop(np.random.default_rng(seed), photograph, side)


def matches(canvas: Frame, point: FloatArray, colour: str, enlarged: float) -> bool:
    """Whether the colour's disc lies at the point; true where the canvas cuts it off."""
    margin = 14 * enlarged + 2
    side = len(canvas)
    if not ((point > margin) & (point < side - margin)).all():
        return True
    found = centre(canvas, colour)
    return found is not None and float(np.abs(found - point).max()) <= 1.5 * max(enlarged, 1.0)


def followed(crop: Crop, index: int) -> bool:
    """Whether landmarks and corners of face `index` lie on the discs of a picture or its mirror."""
    box, marks = crop.faces.boxes[index], crop.faces.landmarks[index]
    enlarged = float(box[2] - box[0]) / 150
    return corners_match(crop.canvas, box, enlarged) and any(
        all(matches(crop.canvas, point, colour, enlarged) for point, colour in pairs)
        for pairs in (zip(marks, order, strict=True) for order in ORDERS)
    )


def corners_match(canvas: Frame, box: FloatArray, enlarged: float) -> bool:
    x1, y1, x2, y2 = box
    plain, mirror = ((x1, y1), (x2, y2)), ((x2, y1), (x1, y2))
    return any(
        all(
            matches(canvas, np.array(point, np.float32), colour, enlarged)
            for point, colour in zip(points, CORNERS, strict=True)
        )
        for points in (plain, mirror)
    )


def left_is_left(marks: FloatArray) -> bool:
    """Whether known eyes and corners of the mouth stand in the viewer's order."""
    pairs = ((marks[0, 0], marks[1, 0]), (marks[3, 0], marks[4, 0]))
    return all(left <= right for left, right in pairs if np.isfinite(left + right))


@recipes
@settings(max_examples=40)
@given(seed=seeds, side=sides)
def test_landmarks_and_boxes_follow(
    recipe: str, folder: dict[str, Photograph], seed: int, side: int
) -> None:
    crop = cropped(recipe, folder["one, jpeg" if "reduced" in recipe else "one"], seed, side)
    for index in range(len(crop.faces.boxes)):
        assert followed(crop, index)
        assert left_is_left(crop.faces.landmarks[index])


@recipes
@settings(max_examples=30)
@given(seed=seeds, side=sides)
def test_ignored_regions_follow(
    recipe: str, folder: dict[str, Photograph], seed: int, side: int
) -> None:
    crop = cropped(
        recipe, folder["ignored, jpeg" if "reduced" in recipe else "ignored"], seed, side
    )
    assert not len(crop.faces.boxes)
    for box in crop.faces.ignored:
        assert corners_match(crop.canvas, box, float(box[2] - box[0]) / 150)


@recipes
def test_the_checks_above_meet_faces(recipe: str, folder: dict[str, Photograph]) -> None:
    jpeg = ", jpeg" if "reduced" in recipe else ""
    kinds = {"mirrored": 0, "plain": 0, "ignored": 0}
    for seed in range(60):
        crop = cropped(recipe, folder[f"one{jpeg}"], seed, 256)
        red, green = centre(crop.canvas, "red"), centre(crop.canvas, "green")
        if len(crop.faces.boxes) and red is not None and green is not None:
            kinds["mirrored" if red[0] > green[0] else "plain"] += 1
        kinds["ignored"] += len(cropped(recipe, folder[f"ignored{jpeg}"], seed, 256).faces.ignored)
    assert min(kinds.values()) > 8, kinds


def mixed(random: np.random.Generator, source: Source, side: int) -> Crop:
    return cutmix(random, source.crop(random, side), source.crop(random, side))


OPTIONS: dict[str, Option] = {"mosaic": mosaic, "small faces": small_faces, "cutmix": mixed}


@pytest.mark.parametrize("option", OPTIONS)
@recipes
@settings(max_examples=25)
@given(seed=seeds, side=sides)
def test_options_take_the_faces_along(
    option: str, recipe: str, folder: dict[str, Photograph], seed: int, side: int
) -> None:
    """Where a landmark is known, its disc is, in a picture or its mirror."""
    jpeg = ", jpeg" if "reduced" in recipe else ""
    album = Album([folder[f"{scene.name}{jpeg}"] for scene in SCENES])
    crop = OPTIONS[option](np.random.default_rng(seed), Source(album, PLAIN[recipe]), side)
    assert crop.canvas.shape == (side, side, 3)
    for box, marks in zip(crop.faces.boxes, crop.faces.landmarks, strict=True):
        assert left_is_left(marks)
        if min(box[2:] - box[:2]) >= DISTINCT:
            assert any(shown(crop.canvas, marks, order) for order in ORDERS), marks


def shown(canvas: Frame, marks: FloatArray, colours: tuple[str, ...]) -> bool:
    side = len(canvas)
    return all(
        shows(canvas, point, colour)
        for point, colour in zip(marks, colours, strict=True)
        if ((point > 2) & (point < side - 2)).all()
    )


@pytest.mark.parametrize("option", ["mosaic", "small faces"])
@recipes
@settings(max_examples=15)
@given(seed=seeds, side=sides)
def test_options_take_ignored_regions_along(
    option: str, recipe: str, folder: dict[str, Photograph], seed: int, side: int
) -> None:
    """A face and an ignored region are white on black: labels cover white, all of it, no more."""
    name = "white, jpeg" if "reduced" in recipe else "white"
    source = Source(Album([folder[name]]), PLAIN[recipe])
    crop = OPTIONS[option](np.random.default_rng(seed), source, side)
    white = crop.canvas.min(axis=2) > 128
    labelled = np.zeros_like(white)
    regions = np.concatenate((crop.faces.boxes, crop.faces.ignored))
    for x1, y1, x2, y2 in np.rint(np.clip(regions, 0, side)).astype(int).tolist():
        labelled[y1:y2, x1:x2] = True
    assert (white != labelled).sum() <= edges(white) + 4  # one pixel along every edge


def edges(mask: NDArray[np.bool_]) -> int:
    """How many pixels have another neighbour below or to the right."""
    return int((mask[1:] != mask[:-1]).sum() + (mask[:, 1:] != mask[:, :-1]).sum())


@pytest.mark.parametrize("option", OPTIONS)
def test_options_keep_landmarks(option: str, folder: dict[str, Photograph]) -> None:
    """The check above meets faces with all, with some and with no landmarks in sight."""
    album = Album([folder[scene.name] for scene in SCENES])
    source = Source(album, PLAIN["scales"])
    known: list[int] = []
    for seed in range(40):
        crop = OPTIONS[option](np.random.default_rng(seed), source, 256)
        known += np.isfinite(crop.faces.landmarks).all(axis=2).sum(axis=1).tolist()
    assert known.count(5) > 10
    assert sum(0 < count < 5 for count in known) > 5


@settings(max_examples=25)
@given(seed=seeds)
def test_mixup_shows_both_pictures(folder: dict[str, Photograph], seed: int) -> None:
    random = np.random.default_rng(seed)
    one, two = (cropped("published", folder[name], seed, 256) for name in ("one", "portrait"))
    crop = mixup(random, one, two)
    assert len(crop.faces.boxes) + len(crop.faces.ignored) == sum(
        len(each.faces.boxes) + len(each.faces.ignored) for each in (one, two)
    )
    for box in crop.faces.boxes:
        source = one if np.any((one.faces.boxes == box).all(axis=1)) else two
        mine, blend = (np.asarray(c.canvas, np.float64) for c in (source, crop))
        assert (blend >= 0.3 * mine - 1).all(), "a taught picture has at least this share"
