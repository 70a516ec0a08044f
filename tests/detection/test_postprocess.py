from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from featherface_edge.detection import Detections, FloatArray, Placement, postprocess
from featherface_edge.errors import ModelFileError
from featherface_edge.spec import Thresholds
from tests import strategies
from tests.detection import reference
from tests.fakes import model_spec, one_face, quiet_outputs

SPEC = model_spec(96, 64)
PLACEMENT = Placement(0.5, 0.25, 192, 256)


@settings(max_examples=60, deadline=None)
@given(
    strategies.raw_outputs(SPEC),
    st.sampled_from([0.3, 0.5, 0.9]),
    st.sampled_from([0, 3, 25]),
    st.sampled_from([0, 2, 10]),
)
def test_agrees_with_the_slow_reference(
    outputs: list[FloatArray], score: float, top_k: int, keep_k: int
) -> None:
    limits = Thresholds(score=score, iou=0.4, top_k=top_k, keep_k=keep_k)
    faces = reference.candidates(outputs, SPEC, 0)
    assume(all(abs(face.score - score) > 1e-5 for face in faces))
    assume(_clear(reference.candidates(outputs, SPEC, score), limits.iou))
    wanted = reference.postprocess(outputs, SPEC, limits)
    found = postprocess(outputs, SPEC, PLACEMENT, limits)
    assert len(found) == len(wanted)
    for index, face in enumerate(wanted):
        assert found.scores[index] == pytest.approx(face.score, abs=1e-5)
        box = np.array(face.box) / (0.5, 0.25, 0.5, 0.25)
        np.testing.assert_allclose(found.boxes[index], box, rtol=1e-4, atol=1e-2)
        marks = np.array(face.landmarks) / (0.5, 0.25)
        np.testing.assert_allclose(found.landmarks[index], marks, rtol=1e-4, atol=1e-2)


def _clear(faces: list[reference.Face], iou: float) -> bool:
    """Tell whether float32 cannot mistake an overlap or the order of two scores."""
    scores = sorted(face.score for face in faces)
    if any(second - first < 1e-6 for first, second in pairwise(scores)):
        return False
    return all(
        abs(reference.iou(first.box, second.box) - iou) > 1e-5
        for index, first in enumerate(faces)
        for second in faces[index + 1 :]
    )


def test_nothing_found_is_empty() -> None:
    found = postprocess(quiet_outputs(SPEC), SPEC, PLACEMENT)
    assert len(found) == 0
    assert found.landmarks.shape == (0, 5, 2)


def test_memory_order_does_not_matter() -> None:
    outputs = one_face(SPEC)
    turned = [np.ascontiguousarray(each.transpose(2, 0, 1)).transpose(1, 2, 0) for each in outputs]
    first, second = (postprocess(each, SPEC, PLACEMENT) for each in (outputs, turned))
    assert len(first) == 1
    assert (first.boxes == second.boxes).all()


def test_thresholds_of_the_spec_are_the_default() -> None:
    strict = replace(SPEC, thresholds=Thresholds(score=0.99))
    assert len(postprocess(one_face(SPEC), strict, PLACEMENT)) == 0
    assert len(postprocess(one_face(SPEC), strict, PLACEMENT, Thresholds())) == 1


@pytest.mark.parametrize(("score", "count"), [(0.0, 1), (1.0, 0)])
def test_extreme_thresholds(score: float, count: int) -> None:
    limits = Thresholds(score=score, iou=0.0, keep_k=1)
    assert len(postprocess(one_face(SPEC), SPEC, PLACEMENT, limits)) == count


def test_wrong_outputs_are_refused() -> None:
    outputs = quiet_outputs(SPEC)
    with pytest.raises(ModelFileError, match="gives 6 outputs, the spec names 9: convert it again"):
        postprocess(outputs[:6], SPEC, PLACEMENT)
    with pytest.raises(ModelFileError, match=r"'box_8' has shape .* wants \(8, 12, 8\)"):
        postprocess([outputs[0], outputs[2], *outputs[2:]], SPEC, PLACEMENT)


@pytest.mark.parametrize("name", ["boxes", "scores", "landmarks"])
def test_detections_refuse_shapes_that_do_not_fit(name: str) -> None:
    parts = {
        "boxes": np.zeros((2, 4), np.float32),
        "scores": np.zeros(2, np.float32),
        "landmarks": np.zeros((2, 5, 2), np.float32),
        name: np.zeros((2, 3), np.float32),
    }
    with pytest.raises(ValueError, match=f"{name} must have shape"):
        Detections(**parts)
