"""How a network's raw outputs are to be read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal, cast, get_args

from featherface_edge.spec.fields import record, text

if TYPE_CHECKING:
    from featherface_edge.spec.model_spec import JsonValue

Kind = Literal["score", "box", "landmark", "objectness"]
ScoreRule = Literal["sigmoid", "probability", "product", "root-product"]
BoxCoding = Literal["ssd", "distances"]
Origin = Literal["centre", "corner"]
LandmarkCoding = Literal["centres", "none"]

_OF_TWO_MAPS = ("product", "root-product")


@dataclass(frozen=True, slots=True)
class Decoding:
    """What the numbers of the raw outputs mean; the defaults are those of our own networks.

    scores: the sigmoid of the score map; the map itself where it holds probabilities; or the
    product, or its root, of the sigmoids of the score and the objectness map. boxes: "ssd" are
    centres and logarithms of sides, "distances" those of the anchor's centre from the box's left,
    upper, right and lower side; both in sides of the anchor, times the variances. origin: where in
    its cell an anchor's centre lies; "corner" is the upper left one. landmarks: coded as the
    centres of "ssd", or none at all.
    """

    scores: ScoreRule = "sigmoid"
    boxes: BoxCoding = "ssd"
    origin: Origin = "centre"
    landmarks: LandmarkCoding = "centres"

    def __post_init__(self) -> None:
        closed = (
            ("scores", self.scores, get_args(ScoreRule)),
            ("boxes", self.boxes, get_args(BoxCoding)),
            ("origin", self.origin, get_args(Origin)),
            ("landmarks", self.landmarks, get_args(LandmarkCoding)),
        )
        for name, value, allowed in closed:
            if value not in allowed:
                raise ValueError(
                    f"decoding.{name} is {value!r}, wanted one of {', '.join(allowed)}"
                )

    @property
    def score_kinds(self) -> tuple[Kind, ...]:
        """The maps that a score is made of, in order."""
        return ("score", "objectness") if self.scores in _OF_TWO_MAPS else ("score",)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The maps that every level has."""
        given: tuple[Kind, ...] = ("box",) if self.landmarks == "none" else ("box", "landmark")
        return (*self.score_kinds, *given)


def read_decoding(value: JsonValue, where: str) -> Decoding:
    """Give the record that the JSON object at `where` holds.

    Raises: ValueError when it has other members or unknown values.
    """
    found = record(value, where, [part.name for part in fields(Decoding)])
    return Decoding(
        scores=cast("ScoreRule", text(found["scores"], f"{where}.scores")),
        boxes=cast("BoxCoding", text(found["boxes"], f"{where}.boxes")),
        origin=cast("Origin", text(found["origin"], f"{where}.origin")),
        landmarks=cast("LandmarkCoding", text(found["landmarks"], f"{where}.landmarks")),
    )
