from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_edge.errors import ImageError, ModelFileError
from featherface_edge.spec import Thresholds
from featherface_runtime import BackendOptions, Detector
from tests.pictures import plain

if TYPE_CHECKING:
    from tests.runtime.conftest import FakeModel


def test_faces_are_in_pixels_of_the_frame(fake_model: FakeModel) -> None:
    faces = Detector(fake_model.path).detect(plain(192, 128))
    # The anchor of cell (2, 3), 16 pixels wide around (28, 20), on a canvas of half the size.
    assert faces.boxes.tolist() == [[40, 24, 72, 56]]
    assert faces.landmarks.tolist() == [[[56, 40]] * 5]
    assert fake_model.backend.canvases[0].shape == (64, 96, 3)
    assert (fake_model.backend.canvases[0] == (200, 100, 50)).all()


def test_thresholds_can_be_given_and_changed(fake_model: FakeModel) -> None:
    detector = Detector(fake_model.path, thresholds=Thresholds(score=0.99))
    assert len(detector.detect(plain(96, 64))) == 0
    detector.thresholds = Thresholds(score=0.5)
    assert len(detector.detect(plain(96, 64))) == 1


def test_options_reach_the_interpreter(fake_model: FakeModel) -> None:
    Detector(str(fake_model.path), threads=2, provider="npu")
    assert fake_model.options == [BackendOptions(threads=2, provider="npu")]


def test_leaving_the_block_closes_the_interpreter(fake_model: FakeModel) -> None:
    with Detector(fake_model.path) as detector:
        assert detector.spec.network == "edge"
        assert not fake_model.backend.closed
    assert fake_model.backend.closed


def test_a_grey_frame_is_refused(fake_model: FakeModel) -> None:
    with pytest.raises(ImageError, match="wanted uint8 of shape"):
        Detector(fake_model.path).detect(np.zeros((10, 10), np.uint8))


def test_too_few_outputs_are_refused(fake_model: FakeModel) -> None:
    del fake_model.backend.outputs[6:]
    with pytest.raises(ModelFileError, match="gives 6 outputs, the spec names 9: convert it again"):
        Detector(fake_model.path).detect(plain(96, 64))
