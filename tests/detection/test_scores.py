"""Ways to read raw outputs that are not our own networks'."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherface_edge.detection import Placement, anchors, postprocess
from featherface_edge.detection.decode import decode_distances
from featherface_edge.detection.scores import SCORINGS, logit
from featherface_edge.spec import AnchorLevel, Decoding, OutputMap, Thresholds
from tests.fakes import model_spec

if TYPE_CHECKING:
    from featherface_edge.detection import FloatArray
    from featherface_edge.spec import Kind, ModelSpec, ScoreRule

COUNTS: dict[Kind, int] = {"score": 1, "objectness": 1, "box": 4, "landmark": 10}
MARKS = np.arange(10, dtype=np.float32) / 10
numbers = st.floats(-12, 12, width=32)


def spec_of(decoding: Decoding, sizes: tuple[int, ...]) -> ModelSpec:
    """One level of stride 8 on a canvas of 64x32, numbers counted in sides of the anchors."""
    return replace(
        model_spec(64, 32),
        levels=(AnchorLevel(8, sizes),),
        outputs=tuple(OutputMap(kind, 8, kind) for kind in decoding.kinds),
        variances=(1.0, 1.0),
        decoding=decoding,
    )


def maps_of(spec: ModelSpec) -> dict[Kind, FloatArray]:
    slots = len(spec.levels[0].sizes)
    maps: dict[Kind, FloatArray] = {
        each.kind: np.zeros((4, 8, slots * COUNTS[each.kind]), np.float32) for each in spec.outputs
    }
    maps["score"] -= 20
    return maps


def test_distances_from_the_second_anchor_of_a_corner() -> None:
    spec = spec_of(Decoding("sigmoid", "distances", "corner"), (8, 8))
    maps = maps_of(spec)
    maps["score"][1, 3, 1] = logit(0.9)
    maps["box"][1, 3, 4:] = [1.0, 0.5, 2.0, 1.5]
    maps["landmark"][1, 3, 10:] = MARKS
    found = postprocess(list(maps.values()), spec, Placement(0.5, 0.5, 128, 64))
    np.testing.assert_allclose(found.boxes, [[32, 8, 80, 40]], rtol=1e-6)
    np.testing.assert_allclose(found.scores, [0.9], rtol=1e-6)
    np.testing.assert_allclose(found.landmarks[0], 2 * (MARKS.reshape(5, 2) * 8 + (24, 8)))


def test_the_root_of_two_maps_counts_from_the_corner() -> None:
    spec = spec_of(Decoding("root-product", "ssd", "corner"), (8,))
    maps = maps_of(spec)
    maps["score"][2, 5, 0], maps["objectness"][2, 5, 0] = logit(0.5), logit(0.98)
    maps["box"][2, 5] = [0.5, 0.25, np.log(2.0), 0.0]
    found = postprocess(list(maps.values()), spec, Placement(1.0, 1.0, 64, 32))
    np.testing.assert_allclose(found.boxes, [[36, 14, 52, 22]], rtol=1e-6)
    np.testing.assert_allclose(found.scores, [0.7], rtol=1e-6)


def test_both_maps_of_a_product_must_be_sure() -> None:
    spec = spec_of(Decoding("product", "ssd", "centre"), (8,))
    maps = maps_of(spec)
    maps["score"][0, 0, 0], maps["objectness"][0, 0, 0] = 10.0, -10.0
    maps["score"][0, 4, 0], maps["objectness"][0, 4, 0] = 10.0, 10.0
    found = postprocess(list(maps.values()), spec, Placement(1.0, 1.0, 64, 32))
    np.testing.assert_allclose(found.boxes, [[32, 0, 40, 8]], atol=1e-5)


def test_probabilities_are_taken_as_they_are() -> None:
    spec = spec_of(Decoding("probability", "ssd", "centre"), (8,))
    maps = maps_of(spec)
    maps["score"][0, 0, 0], maps["score"][3, 7, 0] = 0.49, 0.51
    found = postprocess(list(maps.values()), spec, Placement(1.0, 1.0, 64, 32))
    np.testing.assert_allclose(found.scores, [0.51])


def test_a_network_without_landmarks_leaves_them_unknown() -> None:
    spec = spec_of(Decoding(landmarks="none"), (8,))
    maps = maps_of(spec)
    maps["score"][1, 1, 0] = 5
    found = postprocess(list(maps.values()), spec, Placement(0.5, 0.5, 128, 64))
    np.testing.assert_allclose(found.boxes, [[16, 16, 32, 32]], atol=1e-5)
    assert found.landmarks.shape == (1, 5, 2)
    assert np.isnan(found.landmarks).all()


@pytest.mark.parametrize("rule", SCORINGS)
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=20), st.floats(0.02, 0.98))
def test_nothing_above_the_threshold_is_passed_over(
    rule: ScoreRule, pairs: list[tuple[float, float]], score: float
) -> None:
    columns = list(np.array(pairs, np.float32).T)
    scoring, coding = SCORINGS[rule], Decoding(rule)
    scores = scoring.scores(*columns[: len(coding.score_kinds)])
    assert scores.min() >= 0
    assert scores.max() <= 1
    assert (columns[0][scores > score + 1e-5] >= scoring.least(score)).all()


def test_the_order_of_the_best_is_that_of_their_scores() -> None:
    spec = spec_of(Decoding("product", "ssd", "centre"), (8,))
    maps = maps_of(spec)
    for column, (classes, objects) in enumerate([(9.0, 0.5), (3.0, 3.0), (0.5, 9.0)]):
        maps["score"][0, 2 * column, 0] = classes
        maps["objectness"][0, 2 * column, 0] = objects
    limits = Thresholds(score=0.3, top_k=1)
    found = postprocess(list(maps.values()), spec, Placement(1.0, 1.0, 64, 32), limits)
    np.testing.assert_allclose(found.boxes, [[16, 0, 24, 8]], atol=1e-5)


def test_distances_keep_to_their_sides() -> None:
    (grid,) = anchors((AnchorLevel(16, (16,)),), 32, 32)
    cells = grid.reshape(-1, 4)
    boxes = decode_distances(np.full((4, 4), 0.5, np.float32), cells, (1.0, 1.0))
    np.testing.assert_allclose(boxes[3], [16, 16, 32, 32])
    halves = decode_distances(np.full((4, 4), 0.5, np.float32), cells, (0.5, 1.0))
    np.testing.assert_allclose(halves[3], [20, 20, 28, 28])
