"""Does the verdict on a calibration set tell what INT8 will cost? Measured over many sets.

    python -m tests.benchmarks.verdict_study FACES GROUND_TRUTH FOLDER --network edge-pico
    python -m tests.benchmarks.verdict_study FACES GROUND_TRUTH FOLDER --lists

The sets are drawn from one half of FACES' train and calib photographs, the references that come
with the package from the other (--lists writes both halves). Each set is converted, and the file
held against its float network on the val photographs. FOLDER keeps a line a set: run it again to go
on. `verdict_rank` then compares what was measured with the verdict's score.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_calibration import CalibrationSet
from featherface_converters import jobs, proof
from featherface_converters.prepare import prepare
from featherface_converters.proving import described
from featherface_converters.targets import open_target
from featherface_edge.evaluation.agreement import match_faces
from featherface_edge.models.checkpoints import load, resized, shipped
from featherface_edge.spec import to_json
from tests.benchmarks.verdict_sets import canvases, halves, recipes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch.fx import GraphModule

    from featherface_converters.proof import Proof, Reference
    from featherface_edge.detection import Detections
    from featherface_edge.spec import ModelSpec
    from tests.benchmarks.verdict_sets import Recipe

SURE, SAME = 0.3, 0.5  # score and IoU of faces that are compared


@dataclass(frozen=True, slots=True)
class Line:
    """What a set cost.

    error: of the raw maps, root mean square over that of the float network's, mean of nine maps.
    unlike: 1 - F1 against the float network's faces, where each pair counts with its IoU less what
    its score moved. precision_loss: of average precision, mean of easy, medium and hard.
    """

    name: str
    network: str
    target: str
    error: float
    unlike: float
    f1: float
    precision_loss: float
    seconds: float


def main() -> None:
    """Measure every set that is not measured yet."""
    args = _arguments()
    if args.lists:
        for half, name in zip(halves(args.faces), ("reference", "sets"), strict=True):
            for kind, files in half.items():
                text = "".join(f"{file}\n" for file in files)
                place = args.folder / f"{name}-{kind}.txt"
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, encoding="utf-8")
        return
    cv2.setNumThreads(1)
    results = args.folder / f"{args.network}-{args.target}.jsonl"
    known = {line["name"] for line in read(results)}
    study = Study(args.faces, args.ground_truth, args.network, args.side)
    for recipe in recipes():
        if recipe.name in known:
            continue
        line = study.measured(recipe, args.folder / "sets" / recipe.name, args.target)
        with results.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(line)) + "\n")
        print(json.dumps(asdict(line)), flush=True)


def read(path: Path) -> list[dict[str, object]]:
    """The lines of a file of results, none where there is none."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Study:
    """A network, and its float answers on the photographs that nothing is calibrated with."""

    def __init__(self, faces: Path, ground_truth: Path, network: str, side: int) -> None:
        found = load(shipped(network))
        self._spec: ModelSpec = resized(found.spec, side, side)
        self._graph: GraphModule = prepare(found.model, self._spec.preprocessing)
        self._pools: Mapping[str, Sequence[Path]] = halves(faces)[1]
        val = faces / "val.jsonl"
        exam = proof.Exam(CalibrationSet.from_path(val), val, ground_truth)
        self._exact: Reference = proof.reference(found.model, self._spec, exam)

    def measured(self, recipe: Recipe, folder: Path, name: str) -> Line:
        """The line of a recipe; folder: where its canvases are put."""
        began = time.perf_counter()
        self._write(recipe, folder)
        job = jobs.integer_job(self._graph, self._spec, CalibrationSet.from_path(folder))
        target = open_target(name)
        spec = described(target, job)
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / f"model{target.recipe.suffix}"
            target.write(job, path)
            target.embed(path, to_json(spec))
            found = proof.prove(path, spec, self._exact)
        return Line(
            recipe.name,
            spec.network,
            name,
            error=float(
                np.mean([10 ** (-each / 20) for each in found.signal_to_noise_db.values()])
            ),
            unlike=1 - likeness(self._exact.faces, found.faces),
            f1=found.agreement.f1,
            precision_loss=_lost(found),
            seconds=time.perf_counter() - began,
        )

    def _write(self, recipe: Recipe, folder: Path) -> None:
        if folder.is_dir():
            return
        fresh = folder.with_name(f".{folder.name}")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        made = canvases(recipe, self._pools, self._spec.preprocessing)
        for place, canvas in enumerate(made):
            cv2.imwrite(str(fresh / f"{place:03d}.png"), canvas[..., ::-1])
        fresh.rename(folder)


def likeness(exact: Sequence[Detections], found: Sequence[Detections]) -> float:
    """How alike the faces are, 0 to 1."""
    matches = [match_faces(one, two, SURE, SAME) for one, two in zip(exact, found, strict=True)]
    worth = sum(float((m.pairs.iou * (1 - np.abs(m.pairs.score))).sum()) for m in matches)
    return 2 * worth / sum(m.faces + m.found for m in matches)


def _lost(found: Proof) -> float:
    subsets = [pair for name, pair in found.subsets.items() if name in ("easy", "medium", "hard")]
    return float(np.mean([exact - integer for exact, integer in subsets]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path, help="folder of val.jsonl, train.jsonl, calib.jsonl")
    parser.add_argument("ground_truth", type=Path, help="folder of WIDER FACE's .mat files")
    parser.add_argument("folder", type=Path, help="for sets and results")
    parser.add_argument("--network", default="edge-pico")
    parser.add_argument("--target", default="tflite-int8")
    parser.add_argument("--side", type=int, default=320)
    parser.add_argument("--lists", action="store_true", help="write the lists of both halves, only")
    return parser.parse_args()


if __name__ == "__main__":
    main()
