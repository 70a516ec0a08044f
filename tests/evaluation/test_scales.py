from __future__ import annotations

import numpy as np
import pytest

from featherface_edge.detection.types import Detections, Frame
from featherface_edge.evaluation.scales import Merged, Mirrored, Rescaled
from tests.evaluation.detectors import BrightestSquare, square


def test_scaled_faces_come_back_in_pixels_of_the_frame() -> None:
    frame = square(120, 100, (40, 20, 80, 60))
    found = Rescaled(BrightestSquare(), 0.5).detect(frame)
    assert found.boxes.tolist() == [[40, 20, 80, 60]]
    assert found.landmarks[0, 0].tolist() == [40, 20]
    odd = Rescaled(BrightestSquare(), 1.37).detect(frame)
    assert odd.boxes[0] == pytest.approx([40, 20, 80, 60], abs=1)


def test_the_scaled_frame_is_seen() -> None:
    sizes: list[tuple[int, ...]] = []

    class Watcher:
        def detect(self, frame: Frame) -> Detections:
            sizes.append(frame.shape)
            return Detections.empty()

    assert len(Rescaled(Watcher(), 0.01).detect(square(30, 70, (0, 0, 1, 1)))) == 0
    Rescaled(Watcher(), 2).detect(square(30, 70, (0, 0, 1, 1)))
    assert sizes == [(1, 1, 3), (140, 60, 3)]


def test_mirrored_faces_lie_where_they_are() -> None:
    frame = square(120, 100, (10, 20, 40, 60))
    plain, mirrored = (
        each.detect(frame) for each in (BrightestSquare(), Mirrored(BrightestSquare()))
    )
    assert mirrored.boxes.tolist() == plain.boxes.tolist()
    # The stand-in's landmarks: left eye top left, right eye top right, and so on.
    assert mirrored.landmarks.tolist() == plain.landmarks.tolist()


def test_of_the_merged_faces_the_best_stays() -> None:
    frame = square(120, 100, (10, 20, 40, 60))
    sure, unsure = BrightestSquare(0.9), BrightestSquare(0.6)
    away = Mirrored(BrightestSquare(0.7, at=(80, 20, 110, 60)))
    found = Merged((unsure, sure, away), 0.4).detect(frame)
    assert found.scores.tolist() == pytest.approx([0.9])
    other = Merged((sure, BrightestSquare(0.7, at=(80, 20, 110, 60))), 0.4).detect(frame)
    assert other.boxes.tolist() == [[10, 20, 40, 60], [80, 20, 110, 60]]
    assert (np.diff(other.scores) <= 0).all()
    assert other.landmarks.shape == (2, 5, 2)
