"""What the verdict's score tells of the measured loss: rank correlations, and the figure.

    python -m tests.benchmarks.verdict_rank FOLDER --figure docs/verdict.svg

FOLDER: of `verdict_study`, with the results of one or more networks. The score's weights were
fitted on every second set, by name; the others are the check.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from featherface_calibration import CalibrationSet
from featherface_calibration.probe_model import Probe
from featherface_calibration.verdict import Case, Reference, judged, sights
from tests.benchmarks.verdict_study import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_calibration.verdict import Verdict

LOSSES = {"unlike": "faces unlike", "precision_loss": "AP lost", "error": "maps' error"}
COLOURS = {"GOOD": "#1a7f37", "THIN": "#9a6700", "BAD": "#b42318"}


def main() -> None:
    """Print the table of sets and the correlations, and draw the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--figure", type=Path, metavar="FILE.svg")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    results = {
        path.stem: {str(line["name"]): line for line in read(path)}
        for path in sorted(args.folder.glob("*.jsonl"))
    }
    first, *others = results.values()
    names = sorted(name for name in first if all(name in lines for lines in others))
    verdicts = _verdicts(args.folder / "sets", names)
    for name in sorted(names, key=lambda each: verdicts[each].score):
        _print(verdicts[name], [lines[name] for lines in results.values()])
    for title, lines in results.items():
        for part, some in (("fitted", names[::2]), ("held out", names[1::2]), ("all", names)):
            found = [_rank(verdicts, lines, some, loss) for loss in LOSSES]
            told = ", ".join(
                f"{label} {value:.3f}" for label, value in zip(LOSSES.values(), found, strict=True)
            )
            print(f"{title}, {part}, {len(some)} sets: {told}")
    if args.figure:
        _draw(args.figure, verdicts, results)


def _verdicts(folder: Path, names: Sequence[str]) -> Mapping[str, Verdict]:
    probe, reference = Probe(), Reference.read()
    rule = probe.spec.preprocessing
    found: dict[str, Verdict] = {}
    for name in names:
        canvases = CalibrationSet.from_path(folder / name).canvases(rule)
        found[name] = judged(Case(name, rule, sights(canvases, probe)), reference, probe)
    return found


def _print(verdict: Verdict, lines: Sequence[Mapping[str, object]]) -> None:
    faults = ", ".join(each.name for each in verdict.faults)
    losses = "  ".join(f"{line['unlike']:.3f} {line['precision_loss']:+.4f}" for line in lines)
    print(f"{verdict.name:<26} {verdict.word:<4} {verdict.score:5.1f}  {losses}  {faults}")


def _rank(
    verdicts: Mapping[str, Verdict],
    lines: Mapping[str, Mapping[str, object]],
    names: Sequence[str],
    loss: str,
) -> float:
    """Spearman's, of a lower score with a greater loss."""
    scores = [-verdicts[name].score for name in names]
    losses = [float(str(lines[name][loss])) for name in names]
    return float(np.corrcoef(_places(scores), _places(losses))[0, 1])


def _places(values: Sequence[float]) -> list[int]:
    """The place of each value when they are sorted; no two are equal here."""
    return [int(place) for place in np.argsort(np.argsort(values))]


def _draw(
    path: Path,
    verdicts: Mapping[str, Verdict],
    results: Mapping[str, Mapping[str, Mapping[str, object]]],
) -> None:
    mpl.rcParams["svg.hashsalt"] = "verdict"
    figure = Figure(figsize=(9, 4), layout="constrained")
    axes = figure.subplots(1, len(results), squeeze=False)[0]
    for axis, (title, lines) in zip(axes, results.items(), strict=True):
        for name, verdict in verdicts.items():
            loss = float(str(lines[name]["unlike"]))
            colour, mark = COLOURS[verdict.word], "x" if verdict.faults else "o"
            axis.plot(verdict.score, loss, mark, color=colour, markersize=5)
        axis.set(title=title, xlabel="score", ylabel="faces unlike the float network's")
        axis.set_yscale("log")
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
