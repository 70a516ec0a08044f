from __future__ import annotations

import numpy as np
import pytest

from featherface_edge.detection import Detections
from featherface_runtime.track import Track, Tracker, TrackOptions
from tests.runtime.track.faces import faces_at

STEP = 1 / 30


def box(x: float, y: float = 50.0, side: float = 40.0) -> list[float]:
    return [x, y, x + side, y + side]


def run(
    tracker: Tracker, frames: list[Detections], start: float = 100.0
) -> list[tuple[Track, ...]]:
    return [tracker.update(faces, start + index * STEP) for index, faces in enumerate(frames)]


def names(tracks: tuple[Track, ...]) -> list[int]:
    return [track.identity for track in tracks]


def test_a_face_has_one_identity_from_its_second_detection_on() -> None:
    answers = run(Tracker(), [faces_at([box(10 + 3 * n)]) for n in range(20)])
    assert names(answers[0]) == []
    assert all(names(tracks) == [1] for tracks in answers[1:])
    last = answers[-1][0]
    assert last.detected
    assert (last.first, last.last) == pytest.approx((100.0, 100 + 19 * STEP))
    assert np.abs(last.box - box(10 + 3 * 19)).max() < 2
    assert last.score == pytest.approx(0.9)


def test_faces_that_pass_each_other_keep_their_identities() -> None:
    frames = [faces_at([box(10 + 4 * n), box(250 - 4 * n, 75)]) for n in range(60)]
    answers = run(Tracker(), frames)
    there, back = answers[-1]
    assert (there.identity, back.identity) == (1, 2)
    assert there.box[0] > 200
    assert back.box[0] < 50


def test_unsure_detections_go_on_a_track_but_never_begin_one() -> None:
    unsure = [faces_at([box(10)], score=0.3)] * 5
    tracker = Tracker()
    assert all(names(tracks) == [] for tracks in run(tracker, unsure))
    run(tracker, [faces_at([box(10)])] * 3, start=101.0)
    answers = run(tracker, unsure, start=102.0)
    assert all(names(tracks) == [1] for tracks in answers)
    assert answers[0][0].score == pytest.approx(0.3)
    too_low = run(tracker, [faces_at([box(10)], score=0.1)], start=103.0)
    assert names(too_low[0]) == []


def test_a_face_that_comes_back_in_time_is_the_same_one() -> None:
    tracker = Tracker(TrackOptions(keep=0.5))
    moving = [faces_at([box(10 + 3 * n)]) for n in range(40)]
    hidden = [*moving[:10], *[Detections.empty()] * 10, *moving[20:25]]
    answers = run(tracker, hidden)
    assert names(answers[15]) == []
    assert tracker.alive() == {1}
    assert names(answers[-1]) == [1]
    gone = run(tracker, [Detections.empty()] * 20, start=102.0)
    assert names(gone[-1]) == []
    assert tracker.alive() == set()
    assert names(run(tracker, moving[:3], start=103.0)[-1]) == [2]


def test_between_detections_a_face_is_where_it_is_going() -> None:
    tracker = Tracker()
    run(tracker, [faces_at([box(10 + 6 * n)]) for n in range(15)])
    (track,) = tracker.follow(100 + 17 * STEP)
    true = box(10 + 6 * 17)
    assert not track.detected
    assert track.last == pytest.approx(100 + 14 * STEP)
    assert np.abs(track.box - true).max() < 3
    assert np.abs(track.landmarks - faces_at([true]).landmarks[0]).max() < 3


def test_resting_landmarks_are_calm_and_moving_ones_do_not_lag() -> None:
    random = np.random.default_rng(1)

    def trembling(place: float) -> Detections:
        faces = faces_at([box(place, side=80)])
        noise = random.normal(0, 1.0, faces.landmarks.shape).astype(np.float32)
        return Detections(faces.boxes, faces.scores, faces.landmarks + noise)

    still = run(Tracker(), [trembling(50.0) for _ in range(120)])
    steps = np.diff([tracks[0].landmarks for tracks in still[30:]], axis=0)
    assert steps.std() < 0.5 * np.sqrt(2)
    walking = run(Tracker(), [trembling(50 + 5.0 * n) for n in range(60)])
    off = walking[-1][0].landmarks - faces_at([box(50 + 5.0 * 59, side=80)]).landmarks[0]
    assert np.abs(off).max() < 8


def test_regions_hold_faces_that_are_not_shown() -> None:
    tracker = Tracker()
    run(tracker, [faces_at([box(10)])] * 3)
    tracker.update(faces_at([box(200)]), 100.2)
    assert len(tracker.regions()) == 2
    assert sorted(tracker.regions()[:, 0].round().tolist()) == [10, 200]


def test_reset_forgets_faces_but_not_their_identities() -> None:
    tracker = Tracker()
    run(tracker, [faces_at([box(10)])] * 3)
    tracker.reset()
    assert tracker.alive() == set()
    assert names(run(tracker, [faces_at([box(10)])] * 3, start=101.0)[-1]) == [2]


def test_time_that_does_not_advance_does_no_harm() -> None:
    tracker = Tracker()
    tracker.update(faces_at([box(10)]), 100.0)
    tracks = tracker.update(faces_at([box(10)]), 100.0)
    assert np.isfinite(tracks[0].box).all()
    assert np.isfinite(tracker.update(faces_at([box(12)]), 99.0)[0].landmarks).all()


def test_a_larger_reach_follows_small_quick_faces() -> None:
    frames = [faces_at([box(10 + 14 * n, side=12)]) for n in range(10)]
    assert names(run(Tracker(), frames)[-1]) == []
    assert names(run(Tracker(TrackOptions(reach=0.5)), frames)[-1]) == [1]


@pytest.mark.parametrize(
    "wrong", [{"low": 0.6}, {"birth": 1.5}, {"overlap": 0.0}, {"keep": -1.0}, {"confirm": 0}]
)
def test_wrong_options_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        TrackOptions(**wrong)  # type: ignore[arg-type]
