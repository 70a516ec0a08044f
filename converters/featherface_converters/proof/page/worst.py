"""The photographs on which an artifact differs most from its float network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_converters.proof.record import ALL
from featherface_converters.proof.threshold import counted
from featherface_edge.errors import ImageError
from featherface_edge.evaluation.crops import FACE_COLOUR, FOCUS_COLOUR, FOUND_COLOUR
from featherface_edge.evaluation.names import shown
from featherface_edge.evaluation.photographs import Layer, photograph_address
from featherface_edge.images import read_image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_converters.proof.record import Proof
    from featherface_converters.proof.reference import Reference
    from featherface_edge.detection import Detections, Frame
    from featherface_edge.detection.types import IndexArray
    from featherface_edge.evaluation.agreement import Matched
    from featherface_edge.images import PhotographFile

COUNT = 10


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A photograph twice, as texts of data addresses, with what differs, in words.

    counts: faces of the float network and of the artifact.
    """

    name: str
    words: str
    exact: str
    found: str
    counts: tuple[int, int]


def exhibits(
    proof: Proof, matched: Sequence[Matched], float_network: Reference, start: float
) -> list[Exhibit]:
    """The ten photographs that differ most, the worst first; none that do not differ at all.

    matched: of every photograph. start: the float network's threshold.
    """
    harms = [harm(each) for each in matched]
    order = sorted(range(len(harms)), key=lambda place: -harms[place])[:COUNT]
    exact, found = counted((float_network.faces, proof.faces), start, proof.threshold)
    made: list[Exhibit] = []
    for place in order:
        frame = _frame(float_network.files[place])
        if frame is None or not harms[place]:
            continue
        pairs = matched[place].pairs
        labelled = _labelled(float_network, place)
        sides = ((exact[place], pairs.rows), (found[place], pairs.columns))
        addresses = [
            photograph_address(frame, [*labelled, *_layers(faces, shared)])
            for faces, shared in sides
        ]
        counts = (matched[place].faces, matched[place].found)
        name = shown(float_network.files[place].name)
        made.append(Exhibit(name, _words(matched[place]), addresses[0], addresses[1], counts))
    return made


def harm(matched: Matched) -> float:
    """How much a photograph differs: faces lost and added, and what the others' boxes miss."""
    alone = matched.faces + matched.found - 2 * len(matched.pairs.iou)
    return alone + float((1 - matched.pairs.iou).sum())


def _frame(file: PhotographFile) -> Frame | None:
    try:
        return read_image(file)
    except ImageError:  # it went away since it was proven with
        return None


def _labelled(float_network: Reference, place: int) -> list[Layer]:
    truths = (float_network.truths or {}).get(ALL)
    return [] if truths is None else [Layer(truths[place].boxes, FACE_COLOUR, 1)]


def _layers(faces: Detections, shared: IndexArray) -> list[Layer]:
    """The faces that both found, and on top those that the other one did not find."""
    alone = np.setdiff1d(np.arange(len(faces)), shared)
    return [
        Layer(faces.boxes[shared], FOUND_COLOUR, 2, faces.landmarks[shared]),
        Layer(faces.boxes[alone], FOCUS_COLOUR, 2, faces.landmarks[alone]),
    ]


def _words(matched: Matched) -> str:
    pairs = matched.pairs
    lost, added = matched.faces - len(pairs.iou), matched.found - len(pairs.iou)
    least = f", lowest IoU {pairs.iou.min():.2f}" if len(pairs.iou) else ""
    drift = f", largest score drift {np.abs(pairs.score).max():.2f}" if len(pairs.iou) else ""
    return f"{lost} lost, {added} added{least}{drift}"
