"""What the verdict says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from featherface_calibration.verdict.faults import Fault
    from featherface_edge.spec import JsonValue

Word = Literal["GOOD", "THIN", "BAD"]

GOOD_FROM, BAD_BELOW = 80.0, 50.0  # of the score


@dataclass(frozen=True, slots=True)
class Terms:
    """What speaks against a set; each is 0 where nothing does.

    missed: score that the best face of a picture loses because calibration never saw one so sure,
    0 to 1, weighted by how common faces of that size are. cut: share of their reach that values of
    ordinary pictures lose, mean over tensors, 0 to 1. Both are in part of random halves of the set:
    what hangs on a single picture differs from network to network. wasted: bits of the eight that
    are kept for values which hardly any picture has, mean over tensors. strangeness: distance of
    the set's middle from that of ordinary pictures, beyond chance, in widths of theirs; not in the
    score.
    """

    missed: float
    cut: float
    wasted: float
    strangeness: float

    @property
    def shortfall(self) -> float:
        """What INT8 is expected to lose by too narrow ranges, in no unit; 0: nothing."""
        return self.missed + CUT_WEIGHT * self.cut

    @property
    def score(self) -> float:
        """0 to 100: halved by each `HALVING` of expected loss, too wide ranges included."""
        return float(100 * 0.5 ** ((self.shortfall + WASTED_WEIGHT * self.wasted) / HALVING))

    @property
    def word(self) -> Word:
        """What the ranges alone are worth: more pictures always reach farther, and are not THIN."""
        if self.score < BAD_BELOW:
            return "BAD"
        reach = 100 * 0.5 ** (self.shortfall / HALVING)
        return "GOOD" if reach >= GOOD_FROM and self.wasted <= MOST_WASTED else "THIN"


# Fitted on every second of 48 sets, held against the others: docs/calibration.md.
CUT_WEIGHT, WASTED_WEIGHT, HALVING = 3.0, 0.8, 0.25
MOST_WASTED = 0.3


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the network: share of reach that is cut off, and bits that are wasted, there."""

    name: str
    cut: float
    wasted: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Pictures or faces between two limits: how many the set has, and what share is ordinary."""

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
    half calibrates, 0 to 1, where it was measured. shared: pictures that look like one of the
    proof's. reasons, advice: sentences.
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
