"""Our tracker beside ByteTrack and OC-SORT of `trackers`, and what it costs to look less often.

python tests/benchmarks/tracking.py            peers, where `trackers` is installed
python tests/benchmarks/tracking.py --every    detect every n-th frame of the moving scene
python tests/benchmarks/tracking.py --golden   writes the reference of tests/runtime/track
"""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec
from statistics import mean, median
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.optional import load
from featherface_runtime import Detector
from featherface_runtime.sources.scene import Scene as MovingScene
from featherface_runtime.track import Tracker, TrackOptions
from tests.runtime.track import golden
from tests.runtime.track.scenes import RATE, followed, marks, walking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from featherface_edge.detection import Detections
    from tests.runtime.track.scenes import Answer, Marks, Scene

FRAMES, SEEDS = 200, 3
SIZE, MOVING_FRAMES, EVERY = (640, 480), 300, (1, 2, 3, 5, 10)


def peer(name: str, faces: Sequence[Detections]) -> list[Answer]:
    """Give what a tracker of the package answers, with thresholds like ours."""
    own = TrackOptions()
    trackers, records = load("trackers", "peers", ""), load("supervision", "peers", "")
    tracker = (
        trackers.ByteTrackTracker(
            track_activation_threshold=own.birth, high_conf_det_threshold=own.high
        )
        if name == "ByteTrack"
        else trackers.OCSORTTracker(high_conf_det_threshold=own.high)
    )
    answers: list[Answer] = []
    for each in faces:
        given = tracker.update(records.Detections(xyxy=each.boxes, confidence=each.scores))
        real = given.tracker_id >= 0
        answers.append((given.tracker_id[real] + 1, given.xyxy[real].astype(np.float32)))
    return answers


def compare() -> None:
    """Print IDF1, switches, F1 and time of each tracker on scenes of walking faces."""
    follow: dict[str, Callable[[Scene], list[Answer]]] = {
        "ours": lambda scene: followed(scene.faces, TrackOptions()),
        "ours, reach 0.3": lambda scene: followed(scene.faces, TrackOptions(reach=0.3)),
    }
    if find_spec("trackers"):
        follow["trackers ByteTrack"] = lambda scene: peer("ByteTrack", scene.faces)
        follow["trackers OC-SORT"] = lambda scene: peer("OC-SORT", scene.faces)
    for count, speed in ((6, 2), (12, 3), (12, 6), (30, 3)):
        scenes = [walking(count, FRAMES, seed=seed, speed=speed) for seed in range(SEEDS)]
        for name, answer in follow.items():
            begun = time.process_time()
            answers = [answer(scene) for scene in scenes]
            spent = (time.process_time() - begun) / FRAMES / SEEDS * 1e3
            found = [marks(scene.truths, each) for scene, each in zip(scenes, answers, strict=True)]
            line(f"{count} faces, speed {speed}, {name}", found, f"{spent:.2f} ms a frame")


def look_less() -> None:
    """Print what detecting every n-th frame only costs, with the default shipped model."""
    scene = MovingScene(SIZE, faces=5)
    truths = [_truth(scene, number) for number in range(MOVING_FRAMES)]
    with Detector("edge", threads=1) as detector:
        options = TrackOptions()
        detector.thresholds = type(detector.thresholds)(score=options.low)
        begun = time.process_time()
        seen = [detector.detect(scene.picture(number)) for number in range(MOVING_FRAMES)]
        print(f"detection: {(time.process_time() - begun) / MOVING_FRAMES * 1e3:.1f} ms a frame")
    for every in EVERY:
        found = marks(truths, followed(seen, options, every))
        line(f"every {every}", [found], f"landmarks {_off(scene, seen, every):.3f} of a face")


def _truth(scene: MovingScene, number: int) -> Answer:
    walkers = scene.walkers(number)
    boxes = np.array([each.box for each in walkers], np.float32).reshape(-1, 4)
    return np.array([each.identity for each in walkers], np.intp), boxes


def _off(scene: MovingScene, seen: Sequence[Detections], every: int) -> float:
    """Give the median distance of landmarks from the truth in face heights, of faces near one."""
    tracker, off = Tracker(), list[float]()
    for number, faces in enumerate(seen):
        now = number / RATE
        tracks = tracker.follow(now) if number % every else tracker.update(faces, now)
        for walker in scene.walkers(number):
            side = float(walker.box[3] - walker.box[1])
            apart = [
                float(np.hypot(*(track.landmarks - walker.landmarks).T).mean()) / side
                for track in tracks
            ]
            off += [min(apart)] if apart and min(apart) < 1 else []
    return median(off)


def line(name: str, found: Sequence[Marks], rest: str) -> None:
    """Print the means."""
    idf1, f1 = mean(each.idf1 for each in found), mean(each.f1 for each in found)
    switches = mean(each.switches for each in found)
    print(f"{name:42} IDF1 {idf1:.3f}  switches {switches:4.1f}  F1 {f1:.3f}  {rest}", flush=True)


def write_golden() -> None:
    """Write what ByteTrack of `trackers` answers to a scene where faces cross."""
    scene = walking(8, 150, seed=11, size=(480, 360))
    golden.write(scene.faces, scene.truths, peer("ByteTrack", scene.faces))


if __name__ == "__main__":
    chosen = {"--golden": write_golden, "--every": look_less}.get("".join(sys.argv[1:]), compare)
    chosen()
