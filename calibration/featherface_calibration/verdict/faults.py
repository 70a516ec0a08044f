"""Mistakes in the preparation of a set, each with what shows it and what cures it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from featherface_calibration.verdict.pixels import Pixels
    from featherface_calibration.verdict.sight import Sight
    from featherface_edge.detection import FloatArray
    from featherface_edge.spec import Preprocessing

Severity = Literal["fault", "warning"]

FEW = 0.1  # of the pictures: fewer may be as they are by nature
MOST = 0.9
LEAST_PICTURES = 4  # that a habit of the whole set is told from
FULL = 255
MARGIN = 0.01  # share of the canvas
SHAPES = (4 / 3, 3 / 2, 16 / 9, 16 / 10)  # of what cameras take, upright or not
SHAPE_TOLERANCE = 0.02
GREY = 2.0  # distance of channels; of 1,260 photographs 5 have less
SURE = 4.0  # log odds; 3 in 1,000 photographs have more by chance
STRANGE = 11.5  # length of an embedding; of 1,400 photographs the longest is 10.7


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake: whether a set must not be used so, what shows it and what cures it, in words."""

    name: str
    severity: Severity
    found: str
    cure: str


class Seen(NamedTuple):
    """What the tests look at.

    order (N,): about 1 where red and blue are where they should be, -1 where not. fills: whether
    pictures that fill the canvas are known to be of its shape.
    """

    sights: Sequence[Sight]
    rule: Preprocessing
    order: FloatArray
    fills: bool


def faults(
    sights: Sequence[Sight], rule: Preprocessing, order: FloatArray, *, fills: bool = False
) -> list[Fault]:
    """Give what is wrong with the canvases of a set; order: see Reference.

    fills: pictures without padding are known to be of the canvas's own shape. Where values are
    wrong nothing is said of what follows from them: colours and margins.
    """
    values = np.array([float(each.early @ order[:-1] + order[-1]) for each in sights], np.float32)
    seen = Seen(sights, rule, values, fills)
    kept: list[Fault] = []
    for stage in _STAGES:
        found = [fault for test in stage for fault in test(seen)]
        if any(each.severity == "fault" for each in found):
            return found
        kept += found
    return kept


class _Test(NamedTuple):
    """A test of one picture; least: the share of pictures from which on it counts."""

    name: str
    severity: Severity
    shows: Callable[[Pixels, Preprocessing], bool]
    least: float
    found: str
    cure: str


def _is_unit(pixels: Pixels, _rule: Preprocessing) -> bool:
    return pixels.highest <= 2  # noqa: PLR2004 -- 1, or what standardised values end at


def _is_flat(pixels: Pixels, rule: Preprocessing) -> bool:
    return pixels.contrast < 5 and not _is_unit(pixels, rule)  # noqa: PLR2004 -- ordinary: 17


def _is_twice(pixels: Pixels, rule: Preprocessing) -> bool:
    half = pixels.highest <= FULL - min(rule.mean) + 2
    return half and pixels.zeros > 0.25 and not _is_unit(pixels, rule)  # noqa: PLR2004


def _is_wrapped(pixels: Pixels, _rule: Preprocessing) -> bool:
    return pixels.jumps < 0.6 and pixels.contrast > 40  # noqa: PLR2004 -- ordinary: 0.87 or more


def _is_centred(pixels: Pixels, _rule: Preprocessing) -> bool:
    pairs = ((pixels.left, pixels.right), (pixels.top, pixels.bottom))
    return pixels.contrast > 0 and any(
        min(one.share, two.share) > MARGIN and one.colour == two.colour for one, two in pairs
    )


def _is_padded_wrong(pixels: Pixels, rule: Preprocessing) -> bool:
    first = (pixels.left.share, pixels.top.share)
    last = (pixels.right, pixels.bottom)
    wrong = any(MARGIN < each.share < 1 and each.colour != rule.pad for each in last)
    return wrong and max(first) <= MARGIN


_VALUES = (
    _Test(
        "scaled to 0..1",
        "fault",
        _is_unit,
        FEW,
        "no value above 2: they were divided by 255, or standardised, before",
        "give the pictures as bytes from 0 to 255; the model file scales them itself",
    ),
    _Test(
        "mean subtracted twice",
        "fault",
        _is_twice,
        FEW,
        "values from 0 to 127, a quarter and more of them 0: the mean was subtracted before",
        "give the pictures as the camera has them; the model file subtracts the mean itself",
    ),
    _Test(
        "values wrap around",
        "fault",
        _is_wrapped,
        FEW,
        "neighbours jump between dark and bright as if values began again behind 255: the mean was "
        "subtracted in bytes",
        "give the pictures as the camera has them; the model file subtracts the mean itself",
    ),
    _Test(
        "empty pictures",
        "fault",
        _is_flat,
        FEW,
        "nothing on them but one colour",
        "take such pictures out: fe-calib build does",
    ),
)
_MARGINS = (
    _Test(
        "centred letterbox",
        "fault",
        _is_centred,
        0.3,
        "a margin at both sides: the picture lies in the middle of the canvas",
        "lay pictures at the top left, or give photographs and leave the letterbox to fe-calib",
    ),
    _Test(
        "wrong padding",
        "fault",
        _is_padded_wrong,
        0.3,
        "a margin at the right or below in another colour than the padding's",
        "pad with the colour of the manifest, or give photographs and leave that to fe-calib",
    ),
)


def _counted(seen: Seen, tests: Sequence[_Test]) -> Iterator[Fault]:
    for test in tests:
        count = sum(test.shows(each.pixels, seen.rule) for each in seen.sights)
        if count and count >= test.least * len(seen.sights):
            found = f"{count} of {len(seen.sights)} pictures: {test.found}"
            yield Fault(test.name, test.severity, found, test.cure)


def _scale(seen: Seen) -> Iterator[Fault]:
    """Values of many pictures that end at the same number below 255."""
    highest = np.array([each.pixels.highest for each in seen.sights])
    end = float(np.quantile(highest, 0.95))
    piled = float((highest >= end - 4).mean())
    if len(highest) < LEAST_PICTURES or end > 200 or piled < 0.3:  # noqa: PLR2004 -- ordinary: 254
        return
    half = abs(end - FULL / 2) < 4  # noqa: PLR2004
    found = f"values of {piled:.0%} of the pictures end at {end:.0f}, as if they were scaled"
    cure = "give values from 0 to 255; if the camera sees nothing brighter, add what it sees by day"
    yield Fault("wrong scale", "fault" if half else "warning", found, cure)


def _grey(seen: Seen) -> Iterator[Fault]:
    count = sum(each.pixels.colour < GREY for each in seen.sights)
    share = count / len(seen.sights)
    if share >= 0.2:  # noqa: PLR2004
        found = f"{count} of {len(seen.sights)} pictures have no colour"
        cure = "give colour pictures, unless the camera is an infrared one: then all should be grey"
        yield Fault("grey", "fault" if share >= MOST else "warning", found, cure)


def _swapped(seen: Seen) -> Iterator[Fault]:
    """Blue faces, and a probe that wants its colours the other way round."""
    evidence = np.array(
        [_blueness(each, order) for each, order in zip(seen.sights, seen.order, strict=True)]
    )
    sure = int((evidence > SURE).sum())
    share = sure / len(evidence)
    found = f"{sure} of {len(evidence)} pictures look like BGR: faces are bluer than red"
    cure = "turn BGR, as OpenCV reads, into RGB"
    if sure > 1 and share >= 0.3:  # noqa: PLR2004 -- by chance: 0.003
        yield Fault("red and blue swapped", "fault", found, cure)
    elif sure > 2 and share >= FEW / 2:  # noqa: PLR2004
        yield Fault("red and blue swapped in some", "fault", found, cure)


def _blueness(sight: Sight, order: float) -> float:
    """Give the evidence for red and blue swapped, as a logarithm of odds.

    Over 630 photographs `order` is 0.75 on the right side of 0, give or take 0.5, and 19 of 20
    faces are redder than blue. Neither counts without end: a scene may be blue.
    """
    if sight.pixels.colour < GREY:
        return 0.0
    warmth = sight.warmth[np.isfinite(sight.warmth)]
    by_faces = float(np.where(warmth < 0, 2.5, -3.0).sum())
    return float(np.clip(-6 * order, -4, 4) + np.clip(by_faces, -5, 5))


def _stretched(seen: Seen) -> Iterator[Fault]:
    """Pictures that all fill a canvas whose shape no camera has."""
    shape = max(seen.rule.width, seen.rule.height) / min(seen.rule.width, seen.rule.height)
    usual = any(abs(shape / each - 1) < SHAPE_TOLERANCE for each in SHAPES)
    if seen.fills or usual or len(seen.sights) < LEAST_PICTURES:
        return
    full = sum(not _padding(each.pixels) for each in seen.sights)
    if full >= MOST * len(seen.sights):
        found = (
            f"{full} of {len(seen.sights)} pictures fill a canvas of "
            f"{seen.rule.width}x{seen.rule.height}, a shape that cameras do not have: they were "
            "stretched or cropped"
        )
        cure = "give photographs and leave the letterbox to fe-calib"
        yield Fault("stretched or cropped", "fault", found, cure)


def _strange(seen: Seen) -> Iterator[Fault]:
    count = sum(float(np.linalg.norm(each.embedding)) > STRANGE for each in seen.sights)
    if count and count >= FEW * len(seen.sights):
        found = f"{count} of {len(seen.sights)} pictures are like no photograph"
        cure = "look at them (the page shows the farthest first), and take them out"
        yield Fault("no photographs", "fault", found, cure)


def _padding(pixels: Pixels) -> bool:
    sides = (pixels.left, pixels.top, pixels.right, pixels.bottom)
    return max(each.share for each in sides) > MARGIN / 2


_STAGES: tuple[tuple[Callable[[Seen], Iterator[Fault]], ...], ...] = (
    (lambda seen: _counted(seen, _VALUES),),
    (_scale, _strange),
    (_grey, _swapped, lambda seen: _counted(seen, _MARGINS), _stretched),
)
