"""How often fe-calib drift calls without cause, and what it finds, on photographs of several kinds.

    python -m tests.benchmarks.verdict_drift FACES

Calibration and sketch are drawn from different photographs of one kind: any drift is a false alarm.
Then the sketch's photographs are changed (night, fog, ...), or are of another kind. In a "film"
every photograph gives six frames, cut and lit a little differently, one after the other.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_calibration.drift import drift
from featherface_edge.detection import letterbox
from featherface_edge.images import read_image
from featherface_edge.sketch import Sketch, model_of, names_of, noted, usual
from featherface_runtime.detector import Detector
from featherface_runtime.zoo import Shipped
from tests.benchmarks.verdict_changes import SCENES
from tests.benchmarks.verdict_sets import halves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray, Frame, Placement
    from featherface_edge.spec import ModelSpec

    Rows = NDArray[np.float64]

KINDS = ("masks", "fddb", "masks_ilc")
PLAIN, CHANGED, FILMED, LONGEST = 180, 60, 60, 640
DRAWS, FRAMES = 300, 100
SHOTS = 6  # frames of a photograph in a film


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path, help="folder of train.jsonl and calib.jsonl")
    pools = halves(parser.parse_args().faces)[1]
    cv2.setNumThreads(1)
    with Detector(Shipped("edge-nano", (320, 320), "onnx"), threads=1) as detector:
        plain = {kind: _rows(detector, pools[kind][:PLAIN], _same) for kind in KINDS}
        spec = detector.spec
        for count in (16, 32, 64):
            _print("same kind", count, _share(spec, plain, plain, count, DRAWS))
        films = {kind: _film(detector, pools[kind][PLAIN : PLAIN + FILMED]) for kind in KINDS}
        for count in (16, 32, 64):
            _print("same kind, film", count, _share(spec, plain, films, count, DRAWS, film=True))
        for name, change in CHANGES.items():
            changed = {kind: _rows(detector, pools[kind][:CHANGED], change) for kind in KINDS}
            for count in (16, 32, 64):
                _print(name, count, _share(spec, plain, changed, count, 60))
    for count in (32, 64):
        others = {kind: plain[KINDS[(place + 1) % 3]] for place, kind in enumerate(KINDS)}
        _print("another kind", count, _share(spec, plain, others, count, 60))


def _print(name: str, count: int, found: float) -> None:
    print(f"{name:<16} calibrated with {count:3d}: drift in {found:.4f}", flush=True)


def _share(  # noqa: PLR0913 -- what a measurement is made of
    spec: ModelSpec,
    plain: Mapping[str, Rows],
    seen: Mapping[str, Rows],
    count: int,
    draws: int,
    *,
    film: bool = False,
) -> float:
    """The share of draws in which drift is found."""
    dice = np.random.default_rng(count)
    names = names_of(spec)
    found: list[bool] = []
    for kind, rows in plain.items():
        for _ in range(draws):
            order = dice.permutation(len(rows))
            rest = order[count:]
            if film:
                now = seen[kind][_scenes(dice, len(seen[kind]))]
            elif seen is plain:
                now = rows[rest[:FRAMES]]
            else:
                now = seen[kind][dice.permutation(len(seen[kind]))[:FRAMES]]
            times = np.arange(len(now), dtype=np.float64)[:, None]
            sketch = Sketch(model_of(spec), names, len(now), np.concatenate((times, now), axis=1))
            taken: FloatArray = rows[order[:count]].astype(np.float32)
            found.append(drift(usual(taken, names), sketch).found)
    return float(np.mean(found))


def _scenes(dice: np.random.Generator, count: int) -> list[int]:
    """The frames of half the scenes, scene after scene."""
    scenes: list[int] = dice.permutation(count // SHOTS)[: count // SHOTS // 2].tolist()
    return [scene * SHOTS + shot for scene in scenes for shot in range(SHOTS)]


def _rows(
    detector: Detector, files: Sequence[Path], change: Callable[[FloatArray], FloatArray]
) -> Rows:
    frames = (_changed(_read(file), change) for file in files)
    return np.stack([*_noted(detector, frames)]).astype(np.float64)


def _film(detector: Detector, files: Sequence[Path]) -> Rows:
    frames = (frame for file in files for frame in _shots(_read(file)))
    return np.stack([*_noted(detector, frames)]).astype(np.float64)


def _shots(frame: Frame) -> Iterator[Frame]:
    dice = np.random.default_rng(int(frame[0].sum()))
    height, width = frame.shape[:2]
    for _ in range(SHOTS):
        top = int(dice.random() * (height // 8 + 1))
        left = int(dice.random() * (width // 8 + 1))
        cut = frame[top : top + height * 7 // 8, left : left + width * 7 // 8]
        light = np.float32(dice.uniform(0.92, 1.08))
        yield np.clip(cut.astype(np.float32) * light, 0, 255).astype(np.uint8)


def _noted(detector: Detector, frames: Iterator[Frame]) -> Iterator[FloatArray]:
    rows: list[FloatArray] = []

    def see(canvas: Frame, placement: Placement, outputs: Sequence[FloatArray]) -> None:
        rows.append(noted(canvas, placement, outputs, detector.spec))

    detector.observer = see
    for frame in frames:
        detector.find(*letterbox(frame, detector.spec.preprocessing))
        yield rows.pop()


def _read(file: Path) -> Frame:
    """The photograph as a camera of 640 pixels would give it."""
    frame = read_image(file)
    scale = LONGEST / max(frame.shape[:2])
    if scale >= 1:
        return frame
    small = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _changed(frame: Frame, change: Callable[[FloatArray], FloatArray]) -> Frame:
    return np.clip(change(frame.astype(np.float32)), 0, 255).astype(np.uint8)


def _same(values: FloatArray) -> FloatArray:
    return values


def _other_camera(values: FloatArray) -> FloatArray:
    """Softer, grainier, another gamma and white balance."""
    dice = np.random.default_rng(int(values[0, 0].sum()))
    soft = np.asarray(cv2.GaussianBlur(values, (0, 0), 1.2), np.float32)
    curve = (soft / 255) ** np.float32(0.8) * np.array((230, 255, 286), np.float32)
    return np.asarray(curve + dice.normal(0, 5, values.shape), np.float32)


CHANGES: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    **SCENES,
    "infrared": lambda values: values.mean(axis=2, keepdims=True).repeat(3, axis=2),
    "other camera": _other_camera,
}


if __name__ == "__main__":
    main()
