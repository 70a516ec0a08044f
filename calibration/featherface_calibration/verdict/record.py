"""What the verdict says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_calibration.verdict.faults import Fault
    from featherface_edge.spec import JsonValue

Word = Literal["GOOD", "THIN", "BAD"]

GOOD_FROM, BAD_BELOW = 70.0, 40.0  # of the score


@dataclass(frozen=True, slots=True)
class Terms:
    """What the score is made of; each is 0 where nothing is missing.

    missed: score that the best face of a picture loses because calibration never saw one so sure,
    0 to 1, weighted by how common faces of that size are. cut: share of their reach that values of
    ordinary pictures lose, mean over tensors, 0 to 1. Both where half of the set calibrates, mean
    over random halves: so chance and other networks are in it. wasted: bits of the eight that are
    kept for values which hardly any picture has, mean over tensors. strangeness: distance of the
    set's middle from that of ordinary pictures, beyond chance, in widths of theirs.
    """

    missed: float
    cut: float
    wasted: float
    strangeness: float

    @property
    def loss(self) -> float:
        """What INT8 is expected to lose, in no unit: 0 is what a perfect set loses."""
        return sum(weight * getattr(self, name) for name, weight in WEIGHTS.items())

    @property
    def score(self) -> float:
        """0 to 100: halved by each `HALVING` of expected loss."""
        return 100 * 0.5 ** (self.loss / HALVING)


WEIGHTS: Mapping[str, float] = {"missed": 1.0, "cut": 1.0, "wasted": 0.0, "strangeness": 0.0}
HALVING = 0.1


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the network: share of reach that is cut off, and bits that are wasted, there."""

    name: str
    cut: float
    wasted: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Pictures or faces between two limits: how many the set has, and the share that is ordinary."""

    low: float
    high: float
    count: int
    ordinary: float


@dataclass(frozen=True, slots=True)
class Frames:
    """How the set stands to frames of the target camera.

    distance: between the middles, in widths, beyond chance. outside: share of the frames that are
    farther from the set than its own pictures are from each other, 0 to 1.
    """

    count: int
    distance: float
    outside: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on a set of `pictures`, of which `distinct` look different.

    network: whose ranges were measured. halves: how much the ranges of two disjoint halves differ,
    as a factor, median over tensors. likeness: of INT8 faces to the float network's, when either
    half calibrates, 0 to 1, where it was measured. shared: pictures that look like one of the proof's. reasons,
    advice: sentences.
    """

    name: str
    network: str
    word: Word
    score: float
    pictures: int
    distinct: int
    terms: Terms
    halves: float
    likeness: tuple[float, float] | None
    faults: tuple[Fault, ...]
    blocks: tuple[Block, ...]
    sizes: tuple[Bin, ...]
    brightness: tuple[Bin, ...]
    shared: tuple[str, ...]
    frames: Frames | None
    reasons: tuple[str, ...]
    advice: tuple[str, ...]

    def as_json(self) -> dict[str, JsonValue]:
        """Give the verdict as plain JSON."""
        return asdict(self)
