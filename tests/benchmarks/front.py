"""The front of average precision against milliseconds, ours and YuNet_n's, one thread.

python -m tests.benchmarks.front YUNET DATA GROUND_TRUTH OUT [ARTIFACT ...]

YUNET: yunet_n_dynamic.onnx. DATA: labelled pictures. GROUND_TRUTH: folder of the official .mat
files. OUT: folder for front.json and front.png; what was detected and converted is kept there, so
that running it again only times. ARTIFACT: our model files (.onnx, .tflite, .xml), each timed in
its interpreter in turn with YuNet at all sizes: in each of several ways, float and INT8, of which
the quickest counts; its average precision is always that of the float network.

YuNet's sides are multiples of 32: at 400 its pyramid does not fit together, 384 and 416 stand in.
"""

from __future__ import annotations

import argparse
import platform
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from featherface_edge.data.formats import read_dataset
from featherface_edge.evaluation.memory import PredictionFile
from featherface_edge.evaluation.opening import Setting, opened, setting_key
from featherface_edge.evaluation.peers import yunet
from featherface_edge.evaluation.processor import processor
from featherface_edge.evaluation.progress import Progress
from featherface_edge.evaluation.run import evaluate, truths_of
from featherface_edge.evaluation.timing import artifact_inference, clock_for, interleaved
from featherface_edge.files import write_bytes, write_text
from featherface_edge.images import read_image
from featherface_edge.spec import from_json
from featherface_runtime.backends import BackendOptions, open_backend
from tests.benchmarks import front_figure, rival
from tests.benchmarks.front_record import ENGINES, Point, as_json, leads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from featherface_edge.data.types import LabelledImage
    from featherface_edge.detection import Frame
    from featherface_edge.evaluation.run import FaceDetector, Truths
    from featherface_edge.evaluation.timing import Call
    from featherface_edge.spec import ModelSpec

SIDES = (256, 320, 384, 416, 480, 640)
ROUNDS = 60
RIVAL = "YuNet_n"
PACKAGES = ("onnxruntime", "openvino", "nncf", "ai-edge-litert", "ai-edge-quantizer", "torch")


@dataclass(frozen=True, slots=True)
class Set:
    """What is evaluated on, and where detections are kept."""

    images: Sequence[LabelledImage]
    truths: Truths
    kept: Path

    def precision(
        self, detector: FaceDetector, file: Path, setting: Setting, name: str
    ) -> Mapping[str, float]:
        """Average precision by subset; what was detected before with this file is known."""
        progress = Progress(name, sys.stderr)
        with PredictionFile(self.kept / f"{setting_key(file, setting)[:16]}.npz") as memory:
            return evaluate(detector, self.images, self.truths, progress, memory=memory).precision


@dataclass(frozen=True, slots=True)
class Entry:
    """A network at one size (width, height) in one interpreter, before it is timed."""

    name: str
    engine: str
    size: tuple[int, int]
    precision: Mapping[str, float]
    ways: Mapping[str, Call]


def main() -> None:
    """Measure, print the table, write front.json and front.png."""
    args = _arguments()
    images = read_dataset(args.data)
    data = Set(images, truths_of(images, args.ground_truth), args.out / "predictions")
    frame = read_image(images[0].file)
    entries = [
        *_rivals(args.yunet, data, frame, args.out / "rival"),
        *_own(args.artifacts, data, frame),
    ]
    points = [
        point for engine in ENGINES.values() for point in _timed(entries, engine, args.rounds)
    ]
    write_text(args.out / "front.json", as_json(points, _conditions(args.rounds, len(images))))
    write_bytes(args.out / "front.png", front_figure.drawn(points))
    print("\n".join(_lines(points)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("yunet", "data", "ground_truth", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("artifacts", type=Path, nargs="*")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args()


def _rivals(source: Path, data: Set, frame: Frame, kept: Path) -> Iterator[Entry]:
    """YuNet at every size in every interpreter."""
    for side in SIDES:
        sides = (side, side)
        detector = yunet.open_peer(source, sides, 1)
        name = f"{RIVAL} {side}"
        precision = data.precision(detector, source, Setting(sides), name)
        print(f"{name}: converting what is not yet in {kept}", file=sys.stderr)
        for engine, ways in rival.ways(source, side, frame, kept).items():
            yield Entry(RIVAL, engine, sides, precision, ways)


def _own(artifacts: Sequence[Path], data: Set, frame: Frame) -> Iterator[Entry]:
    for path in artifacts:
        with opened(path, Setting()) as detector:
            precision = data.precision(detector, path, Setting(), path.name)
        spec = _manifest(path)
        size = (spec.preprocessing.width, spec.preprocessing.height)
        ways: dict[str, Call] = {spec.precision: artifact_inference(path, frame, 1)}
        yield Entry(spec.network, ENGINES[path.suffix], size, precision, ways)


def _manifest(path: Path) -> ModelSpec:
    backend = open_backend(path, BackendOptions(1))
    spec = from_json(backend.manifest)
    backend.close()
    return spec


def _timed(entries: Sequence[Entry], engine: str, rounds: int) -> list[Point]:
    """The points of one interpreter, all of its calls taken in turn."""
    here = [entry for entry in entries if entry.engine == engine]
    calls = {
        f"{place} {way}": call
        for place, entry in enumerate(here)
        for way, call in entry.ways.items()
    }
    print(f"{engine}: {len(calls)} calls in turn, {rounds} rounds", file=sys.stderr)
    times = interleaved(calls, rounds, clock_for(1))
    return [
        _point(entry, {way: times[f"{place} {way}"] for way in entry.ways})
        for place, entry in enumerate(here)
    ]


def _point(entry: Entry, times: Mapping[str, Sequence[float]]) -> Point:
    """The point of the quickest way."""
    least = {way: min(taken) for way, taken in times.items()}
    quickest = min(least, key=least.__getitem__)
    return Point(
        name=entry.name,
        engine=entry.engine,
        width=entry.size[0],
        height=entry.size[1],
        rival=entry.name == RIVAL,
        way=quickest,
        least=least[quickest],
        median=median(times[quickest]),
        times=least,
        precision=entry.precision,
    )


def _conditions(rounds: int, pictures: int) -> dict[str, str]:
    return {
        "processor": processor(),
        "threads": "1",
        "time": "of the processor, so that other programs' turns do not count",
        "rounds": f"{rounds}, all of an interpreter's in turn, each after a call that is not timed",
        "precision": f"{pictures} pictures, a subset of WIDER FACE val: not comparable with "
        "figures of the whole set",
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
    }


def _lines(points: Sequence[Point]) -> list[str]:
    rows = [
        f"{point.engine:13}{point.name:14}{point.width:4}x{point.height:<5}"
        f"{point.least:7.2f} ms (median {point.median:6.2f})  "
        + "/".join(f"{value:.3f}" for value in point.precision.values())
        + f"  {point.way}"
        for point in points
    ]
    return rows + [
        f"{lead.engine:13}{lead.subset:7} ours minus {RIVAL} where it is least: "
        f"{100 * lead.value:+.2f} points at {lead.at_ms:.2f} ms"
        for lead in leads(points)
    ]


if __name__ == "__main__":
    main()
