"""fe-calib check: is this set good to calibrate with?"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_calibration.probe_model import Probe
from featherface_calibration.samples import CalibrationSet
from featherface_calibration.shipped import shipped_proof
from featherface_calibration.verdict import Case, Reference, judged, sights
from featherface_calibration.verdict.network import ranges_in
from featherface_calibration.verdict.page import write_page
from featherface_edge.arguments import size
from featherface_edge.errors import UsageError
from featherface_edge.lookalikes import difference_hash
from featherface_edge.progress import Progress

if TYPE_CHECKING:
    import argparse

    from featherface_calibration.verdict import Verdict
    from featherface_edge.spec import Preprocessing

EXIT_BAD = 3
SECONDS = 0.03  # for a picture


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-calib check takes."""
    parser.add_argument("set", type=Path, metavar="SET", help="a .calib, folder or list")
    parser.add_argument("--network", metavar="NAME", help="ranges in this network, with PyTorch")
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="ranges in this network")
    parser.add_argument("--size", type=size, metavar="WxH", help="canvas of a folder (320x320)")
    parser.add_argument("--frames", type=Path, metavar="PATH", help="frames of the target camera")
    parser.add_argument(
        "--proof-images", type=Path, metavar="PATH", help="what will prove (shipped)"
    )
    parser.add_argument("--report", type=Path, metavar="FILE.html", help="a page")
    parser.add_argument("--json", action="store_true", help="the verdict as JSON")


def run(args: argparse.Namespace) -> int:
    """Show the verdict; give 3 when it is BAD, else 0."""
    if args.network and args.checkpoint:
        raise UsageError("--network and --checkpoint name two networks: give one of them")
    given = CalibrationSet.from_path(args.set)
    probe = Probe()
    rule = _rule(given, args.size, probe)
    frames = CalibrationSet.from_path(args.frames) if args.frames else None
    count = len(given) + (len(frames) if frames else 0)
    progress = Progress(_say, [SECONDS * count])
    progress.stage(f"looking at {count} pictures")
    canvases = given.canvases(rule)
    case = Case(
        name=given.name,
        rule=rule,
        sights=sights(canvases, probe, progress.part),
        fills=_is_framed(given),
        proof=_proof(args.proof_images, rule),
        frames=sights(frames.canvases(rule), probe) if frames else (),
    )
    if args.network or args.checkpoint:
        progress.stage("measuring ranges")
        ranges = ranges_in(args.network or args.checkpoint, given, rule, progress.part)
        case = replace(case, ranges=ranges)
    reference = Reference.read()
    verdict = judged(case, reference, probe)
    if args.report:
        write_page(args.report, verdict, case, canvases, reference.spread)
    _show(verdict, as_json=args.json)
    return EXIT_BAD if verdict.word == "BAD" else 0


def _rule(given: CalibrationSet, wanted: tuple[int, int] | None, probe: Probe) -> Preprocessing:
    """Give what the canvases are made for; an archive says so itself."""
    rule = given.made_for or probe.spec.preprocessing
    if wanted is None:
        return rule
    sized = replace(rule, width=wanted[0], height=wanted[1])
    given.require_fit(sized)
    return sized


def _is_framed(given: CalibrationSet) -> bool:
    """Give whether the set's pictures were laid on their canvases by fe-calib."""
    return given.made_for is not None


def _proof(path: Path | None, rule: Preprocessing) -> list[tuple[int, str]]:
    proof = shipped_proof() if path is None else CalibrationSet.from_path(path)
    names = (file.name for file in proof.files)
    return [
        (difference_hash(canvas), name)
        for canvas, name in zip(proof.canvases(rule), names, strict=True)
    ]


def _show(verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(verdict.as_json(), indent=1) + "\n")
        return
    sys.stdout.write(f"{verdict.name}: {verdict.word}, {verdict.score:.0f} of 100\n")
    for title, lines in (("because", verdict.reasons), ("do", verdict.advice)):
        for line in lines:
            sys.stdout.write(f"{title:<8} {line}\n")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
