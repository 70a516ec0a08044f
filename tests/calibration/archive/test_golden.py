"""Sets that earlier releases wrote are read by this one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from featherface_calibration.archive import open_archive
from tests.calibration.sets import noise, png, record_of

GOLDEN = sorted((Path(__file__).parents[2] / "golden").glob("set-*.calib"))


def test_there_are_some() -> None:
    assert [each.name for each in GOLDEN] == ["set-1.calib"]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_a_set_of_an_earlier_release_means_what_it_meant(path: Path) -> None:
    with open_archive(path) as archive:
        archive.verify()
        rows = archive.embeddings()
        assert rows is not None
        assert rows.shape == (2, 5)
        frames = [frame for _, frame in archive]
        for seed, frame in enumerate(frames):
            assert np.abs(frame.astype(int) - noise(seed)).max() <= 2  # of OpenCV's resizing
        (first, second) = archive.record.pictures
        wanted = record_of([png(frame) for frame in frames]).pictures
        assert (first.origin, first.statistics) == (wanted[0].origin, wanted[0].statistics)
        assert second.faces == wanted[1].faces
