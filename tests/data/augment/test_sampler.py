"""Crops by number: the same for a seed, whoever asks; options; photographs that cannot be read."""

from __future__ import annotations

import multiprocessing
import pickle
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.data.augment import Sampler
from featherface_edge.data.config import AugmentConfig
from featherface_edge.data.types import Faces, Photograph
from featherface_edge.errors import DataError, ImageError
from tests.data.augment.textures import fingerprint, textured
from tests.pictures import plain, write_photograph

if TYPE_CHECKING:
    from pathlib import Path


PAD = (123, 117, 104)
EVERY = AugmentConfig(mosaic=0.4, small_faces=0.4, mixup=0.4, cutmix=0.4)
CONFIGS = {
    "published": AugmentConfig(),
    "scales": AugmentConfig(recipe="scales"),
    "published, all": replace(EVERY, reduced_decode=True),
    "scales, all": replace(EVERY, recipe="scales"),
}
configs = pytest.mark.parametrize("name", CONFIGS)


@pytest.fixture(name="photographs", scope="module")
def _photographs(tmp_path_factory: pytest.TempPathFactory) -> list[Photograph]:
    folder = tmp_path_factory.mktemp("photographs")
    photographs = textured(folder)
    large = plain(900, 700)
    large[::7, ::5] = 0
    file = write_photograph(folder / "large.jpg", large)
    return [*photographs, replace(photographs[0], file=file)]


def fingerprints(sampler: Sampler, indices: list[int]) -> list[str]:
    return [fingerprint(sampler.sample(index, 96)) for index in indices]


@configs
def test_crops_depend_on_seed_and_index_alone(name: str, photographs: list[Photograph]) -> None:
    one, two, other = (
        Sampler(photographs, CONFIGS[name], seed=seed, pad=PAD) for seed in (5, 5, 6)
    )
    indices = list(range(12))
    forwards = fingerprints(one, indices)
    assert fingerprints(two, indices[::-1])[::-1] == forwards
    assert fingerprints(one, indices) == forwards
    assert len({*forwards, *fingerprints(other, indices)}) == 24


def test_other_processes_give_the_same_crops(photographs: list[Photograph]) -> None:
    """Started afresh, as the workers of a loader can be."""
    sampler = Sampler(photographs, CONFIGS["published, all"], seed=9, pad=PAD)
    indices = list(range(6))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(fingerprints, (sampler, indices))
    assert found == fingerprints(sampler, indices)


@configs
def test_samplers_can_be_sent(name: str, photographs: list[Photograph]) -> None:
    sampler = Sampler(photographs, CONFIGS[name], seed=2, pad=PAD)
    copy = pickle.loads(pickle.dumps(sampler))  # noqa: S301 - our own
    assert fingerprint(copy.sample(3, 64)) == fingerprint(sampler.sample(3, 64))


@configs
def test_the_state_of_numpy_is_left_alone(name: str, photographs: list[Photograph]) -> None:
    before = repr(np.random.get_state())  # noqa: NPY002 - nobody must touch it
    Sampler(photographs, CONFIGS[name], seed=2, pad=PAD).sample(0, 64)
    assert repr(np.random.get_state()) == before  # noqa: NPY002


@configs
@pytest.mark.parametrize("side", [32, 320])
def test_crops_are_ready_for_a_batch(name: str, side: int, photographs: list[Photograph]) -> None:
    sampler = Sampler(photographs, CONFIGS[name], seed=2, pad=PAD)
    for index in range(15):
        crop = sampler.sample(index, side)
        assert crop.canvas.shape == (side, side, 3)
        assert crop.canvas.dtype == np.uint8
        assert crop.canvas.flags.c_contiguous
        assert crop.faces.landmarks.shape == (len(crop.faces.boxes), 5, 2)
        for field in fields(Faces):
            assert getattr(crop.faces, field.name).dtype == np.float32


def test_options_leave_other_crops_as_they_are(photographs: list[Photograph]) -> None:
    """A crop that an option passes by is that of the recipe alone."""
    alone, mixed = (
        fingerprints(Sampler(photographs, config, seed=4, pad=PAD), list(range(40)))
        for config in (AugmentConfig(), AugmentConfig(mosaic=0.5))
    )
    same = sum(one == two for one, two in zip(alone, mixed, strict=True))
    assert 10 <= same <= 30


def test_weights_are_how_often_photographs_are_drawn(tmp_path: Path) -> None:
    none = np.zeros((0, 4), np.float32)
    photographs = [
        Photograph(
            write_photograph(tmp_path / f"{level}.png", plain(20, 20, (level, 0, 0))),
            Faces(none, np.zeros((0, 5, 2), np.float32), none),
            weight,
        )
        for level, weight in ((50, 1.0), (150, 3.0), (250, 0.0))
    ]
    config = AugmentConfig(recipe="scales", long_side=(64, 64))
    sampler = Sampler(photographs, config, seed=0, pad=PAD)
    spans = [sampler.sample(index, 32).canvas.astype(int) for index in range(200)]
    assert 0.62 < np.mean([int(np.ptp(c.mean(axis=(0, 1)))) > 75 for c in spans]) < 0.9


@configs
def test_grey_files_give_three_channels(name: str, tmp_path: Path) -> None:
    none = np.zeros((0, 4), np.float32)
    file = write_photograph(tmp_path / "grey.jpg", plain(90, 60)[..., :1])
    faces = Faces(none, np.zeros((0, 5, 2), np.float32), none)
    sampler = Sampler([Photograph(file, faces, 1.0)], CONFIGS[name], seed=0, pad=PAD)
    assert sampler.sample(0, 64).canvas.shape == (64, 64, 3)


@configs
@pytest.mark.parametrize("content", [None, b"", b"no picture", b"\xff\xd8\xff\xe0\x00\x10JFIF"])
def test_a_photograph_that_cannot_be_read_is_named(
    content: bytes | None, name: str, photographs: list[Photograph], tmp_path: Path
) -> None:
    bad = replace(photographs[0], file=tmp_path / "bad.jpg", weight=1e9)
    if content is not None:
        bad.file.write_bytes(content)
    sampler = Sampler([*photographs, bad], CONFIGS[name], seed=0, pad=PAD)
    with pytest.raises(ImageError, match=r"bad\.jpg (cannot be read|is no picture)") as error:
        sampler.sample(0, 64)
    assert "\n" not in str(error.value)


def test_no_photographs_are_refused() -> None:
    with pytest.raises(DataError, match="0 photographs weigh 0 together: wanted at least one"):
        Sampler([], AugmentConfig(), seed=0, pad=PAD)


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan")])
def test_weights_that_draw_nothing_are_refused(
    weight: float, photographs: list[Photograph]
) -> None:
    weighed = [replace(each, weight=weight) for each in photographs]
    with pytest.raises(
        DataError, match=r"4 photographs weigh .* check data\.train and data\.shares"
    ):
        Sampler(weighed, AugmentConfig(), seed=0, pad=PAD)
