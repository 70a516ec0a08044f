from __future__ import annotations

import numpy as np
import pytest

from featherface_calibration import CalibrationSet, demo_photo, shipped_calibration, shipped_proof
from featherface_edge.images import read_image, sha256_photograph

SHIPPED = [shipped_calibration(), shipped_proof()]


@pytest.mark.parametrize("samples", SHIPPED, ids=lambda samples: samples.name)
def test_photographs_are_about_640_pixels_in_colour(samples: CalibrationSet) -> None:
    for frame in samples.frames():
        assert max(frame.shape[:2]) == 640
        assert min(frame.shape[:2]) >= 360
        assert frame.std() > 5


def test_calibration_and_proof_share_no_picture() -> None:
    calibration, proof = ({sha256_photograph(file) for file in each.files} for each in SHIPPED)
    assert len(calibration) == 24
    assert len(proof) == 12
    assert not calibration & proof


def test_sets_differ_in_name_and_fingerprint() -> None:
    assert [samples.name for samples in SHIPPED] == ["shipped calibration", "shipped proof"]
    assert SHIPPED[0].fingerprint != SHIPPED[1].fingerprint


def test_calibration_covers_dark_and_bright() -> None:
    means = [float(frame.mean()) for frame in SHIPPED[0].frames()]
    assert min(means) < 60
    assert max(means) > 140


def test_demo_is_the_astronaut() -> None:
    frame = read_image(demo_photo())
    assert frame.shape == (512, 512, 3)
    assert frame.dtype == np.uint8


def test_package_stays_small() -> None:
    files = [*SHIPPED[0].files, *SHIPPED[1].files, demo_photo()]
    assert sum(len(file.read_bytes()) for file in files) < 4_000_000
