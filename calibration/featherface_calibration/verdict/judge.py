"""From what was seen of a set to the verdict on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from featherface_calibration.verdict.faults import faults
from featherface_calibration.verdict.ranges import ends
from featherface_calibration.verdict.record import Verdict
from featherface_calibration.verdict.terms import (
    LEVELS,
    SIZES,
    against,
    bins,
    blocks,
    distinct,
    halves_apart,
    terms,
)
from featherface_calibration.verdict.words import advice, reasons
from featherface_edge.lookalikes import lookalikes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_calibration.probe_model import Probe
    from featherface_calibration.verdict.record import Word
    from featherface_calibration.verdict.reference import Reference
    from featherface_calibration.verdict.sight import Sight
    from featherface_edge.detection import FloatArray
    from featherface_edge.spec import Preprocessing

FEWEST = 8  # distinct pictures of a set that can be GOOD
UNLIKE = 1.0  # widths between a set and its camera from which on the camera is another one


@dataclass(frozen=True, slots=True)
class Ranges:
    """Ranges in one network: its name, what each end (K,) belongs to, and how far values reach.

    reach (N, K): of the set's pictures. ordinary (M, K): of pictures that stand for all others.
    likeness: how alike the faces of an INT8 network are to the float one's when each of two halves
    calibrates, 0 to 1, where that was measured.
    """

    network: str
    names: tuple[str, ...]
    reach: FloatArray
    ordinary: FloatArray
    likeness: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: a set's name, its pictures as they were seen, and what they were made for.

    fills: pictures without padding are known to be of the canvas's shape. proof: difference hashes
    and names of the photographs that will prove. frames: of the target camera, if any are at hand.
    ranges: of another network than the probe.
    """

    name: str
    rule: Preprocessing
    sights: Sequence[Sight]
    fills: bool = False
    proof: Sequence[tuple[int, str]] = ()
    frames: Sequence[Sight] = ()
    ranges: Ranges | None = None


def judged(case: Case, reference: Reference, probe: Probe) -> Verdict:
    """Give the verdict."""
    kept = distinct(case.sights)
    ranges = case.ranges or in_probe(case, reference, probe)
    ordinary = replace(reference, ends=ranges.ordinary)
    found = terms(kept, _of_distinct(ranges.reach, case.sights, kept), ordinary)
    verdict = Verdict(
        name=case.name,
        network=ranges.network,
        word="GOOD",
        score=found.score,
        pictures=len(case.sights),
        distinct=len(kept),
        terms=found,
        halves=halves_apart(ranges.reach),
        likeness=ranges.likeness,
        faults=tuple(faults(kept, case.rule, reference.order, fills=case.fills)),
        blocks=blocks(ranges.names, ranges.reach, ranges.ordinary),
        sizes=bins(_sizes(kept, case.rule), reference.sizes, SIZES),
        brightness=bins(_brightness(kept), reference.brightness, LEVELS),
        shared=_shared(case),
        frames=against(case.frames, kept, reference.spread) if case.frames else None,
        reasons=(),
        advice=(),
    )
    verdict = replace(verdict, word=_word(verdict))
    return replace(verdict, reasons=reasons(verdict), advice=advice(verdict))


def in_probe(case: Case, reference: Reference, probe: Probe) -> Ranges:
    """Give the ranges of the set in the probe."""
    maps = [f"map {output.name}" for output in probe.spec.outputs for _ in range(2)]
    names = (*(tensor.block for tensor in probe.tensors), *maps)
    return Ranges(f"{probe.spec.network} (probe)", names, ends(case.sights), reference.ends)


def _of_distinct(reach: FloatArray, sights: Sequence[Sight], kept: Sequence[Sight]) -> FloatArray:
    chosen = {id(each) for each in kept}
    rows: FloatArray = reach[np.array([id(each) in chosen for each in sights])]
    return rows


def _word(verdict: Verdict) -> Word:
    """Give the word: of a set with a fault BAD, whatever its ranges are worth."""
    wrong = any(each.severity == "fault" for each in verdict.faults) or bool(verdict.shared)
    if wrong or verdict.terms.word == "BAD":
        return "BAD"
    strange = verdict.frames is not None and verdict.frames.distance > UNLIKE
    thin = verdict.distinct < FEWEST or strange or bool(verdict.faults)
    return "THIN" if thin else verdict.terms.word


def _shared(case: Case) -> tuple[str, ...]:
    """Give the names of the proof's photographs that the set has, too."""
    hashes = [each.alike for each in case.sights]
    proof = [value for value, _ in case.proof]
    pairs = lookalikes([*hashes, *proof])
    own = len(hashes)
    found = {second - own for first, second in pairs if first < own <= second}
    return tuple(case.proof[index][1] for index in sorted(found))


def _sizes(sights: Sequence[Sight], rule: Preprocessing) -> FloatArray:
    """Give the faces' sizes as on the reference's canvas."""
    scale = 320 / max(rule.width, rule.height)
    sizes: FloatArray = np.concatenate([each.sizes for each in sights]) * np.float32(scale)
    return sizes


def _brightness(sights: Sequence[Sight]) -> FloatArray:
    return np.array([each.pixels.brightness for each in sights], np.float32)
