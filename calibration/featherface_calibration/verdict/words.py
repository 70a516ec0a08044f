"""What the verdict rests on, and what would better it, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from featherface_calibration.verdict.record import Bin, Verdict

MISSED, CUT, WASTED = 0.03, 0.01, 0.2  # of the terms: below, nothing is worth saying
COMMON = 0.1  # share of ordinary faces or pictures that a bin must have to be missed
WANTED = 4  # faces of each common size
ENOUGH = 32  # pictures; more of the same kind hardly narrow the loss (docs/calibration.md)
HALVES = 1.25


def reasons(verdict: Verdict) -> tuple[str, ...]:
    """Give what speaks for or against the set, the worst first."""
    return tuple(_reasons(verdict)) or (
        f"its {verdict.distinct} pictures reach as far as ordinary photographs do",
    )


def advice(verdict: Verdict) -> tuple[str, ...]:
    """Give what to do."""
    return tuple(dict.fromkeys(_advice(verdict)))


def _reasons(verdict: Verdict) -> Iterator[str]:
    for fault in verdict.faults:
        yield f"{fault.name}: {fault.found}"
    if verdict.shared:
        yield f"{len(verdict.shared)} pictures look like photographs of the proof"
    yield from _of_ranges(verdict)
    if verdict.distinct < verdict.pictures:
        yield f"{verdict.pictures - verdict.distinct} pictures look like others of the set"
    if verdict.frames is not None and verdict.frames.outside > COMMON:
        yield (
            f"{verdict.frames.outside:.0%} of the camera's frames are like no picture of the set "
            f"(middles {verdict.frames.distance:.1f} widths apart)"
        )


def _of_ranges(verdict: Verdict) -> Iterator[str]:
    terms = verdict.terms
    if terms.missed > MISSED:
        yield f"faces would lose {terms.missed:.2f} of their score: too few sure ones were seen"
    if terms.cut > CUT:
        yield f"ordinary pictures reach {terms.cut:.1%} beyond the ranges of this set"
    if terms.wasted > WASTED:
        yield f"ranges are too wide by {terms.wasted:.1f} bits: values of no ordinary picture"
    if verdict.halves > HALVES:
        yield f"the ranges of two halves of it differ by a factor of {verdict.halves:.2f}"
    if verdict.likeness is not None:
        one, two = verdict.likeness
        yield f"with INT8 ranges of either half, faces are {one:.3f} and {two:.3f} like in float"


def _advice(verdict: Verdict) -> Iterator[str]:
    for fault in verdict.faults:
        yield fault.cure
    if verdict.shared:
        yield f"leave out what proves: {', '.join(verdict.shared[:3])}"
    for each in _thin(verdict.sizes, WANTED):
        yield (
            f"add pictures with faces of {_span(each)} pixels on the canvas: there are "
            f"{each.count}, and {each.ordinary:.0%} of ordinary faces are so"
        )
    for each in _thin(verdict.brightness, 1):
        yield (
            f"add pictures of a mean brightness of {_span(each)}: there are {each.count}, and "
            f"{each.ordinary:.0%} of ordinary ones are so"
        )
    if verdict.frames is not None and verdict.frames.outside > COMMON:
        yield "add frames of the camera itself: fe-calib build CAMERA --seconds 120"
    if verdict.word != "GOOD" and verdict.distinct < ENOUGH:
        yield f"add {ENOUGH - verdict.distinct} pictures of other scenes"


def _thin(bins: tuple[Bin, ...], wanted: int) -> list[Bin]:
    return [each for each in bins if each.count < wanted and each.ordinary >= COMMON]


def _span(each: Bin) -> str:
    return (
        f"{each.low:.0f} or more"
        if each.high == float("inf")
        else f"{each.low:.0f} to {each.high:.0f}"
    )
