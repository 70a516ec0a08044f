"""The page of a verdict: texts, drawings and a contact sheet in one file."""

from __future__ import annotations

import base64
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

import numpy as np

from featherface_calibration.verdict.page.drawing import block_bars, chart, histogram
from featherface_edge.files import write_text
from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from featherface_calibration.verdict.judge import Case
    from featherface_calibration.verdict.record import Verdict
    from featherface_calibration.verdict.sight import Sight
    from featherface_edge.detection import FloatArray, Frame

SHOWN = 48
THUMB = 120  # pixels
QUALITY = 70
_MEANINGS = {
    "missed": "score that the best face of a picture would lose, 0 to 1",
    "cut": "share of their reach that values of ordinary pictures would lose, 0 to 1",
    "wasted": "bits kept for values that hardly any picture has",
    "strangeness": "distance from ordinary pictures, in widths, beyond chance (not in the score)",
}


def write_page(
    path: Path, verdict: Verdict, case: Case, canvases: Sequence[Frame], spread: FloatArray
) -> None:
    """Write the page; canvases: of the case's pictures, in their order."""
    template = (files("featherface_calibration") / "verdict" / "page" / "page.html").read_text(
        encoding="utf-8"
    )
    order = _farthest_first(case.sights, spread)[:SHOWN]
    values = {
        "name": escape(verdict.name),
        "word": verdict.word,
        "score": f"{verdict.score:.0f}",
        "pictures": f"{verdict.pictures} pictures, {verdict.distinct} of which look different",
        "network": escape(verdict.network),
        "reasons": _items(verdict.reasons),
        "advice": _items(verdict.advice or ("nothing: convert with it",)),
        "terms": _terms(verdict),
        "blocks": block_bars(verdict.blocks),
        "sizes": histogram(verdict.sizes),
        "brightness": histogram(verdict.brightness),
        "map": chart(_flat(case.sights, spread), _flat(case.frames, spread)),
        "map_note": "Orange: frames of the camera." if case.frames else "",
        "sheet_note": f"{len(order)} of {len(canvases)} pictures, the most unusual first.",
        "sheet": "".join(_figure(case.sights[index], canvases[index]) for index in order),
    }
    write_text(path, Template(template).substitute(values))


def _items(texts: Iterable[str]) -> str:
    return "".join(f"<li>{escape(text)}</li>" for text in texts)


def _terms(verdict: Verdict) -> str:
    return "".join(
        f'<tr><td>{name}</td><td class="n">{getattr(verdict.terms, name):.3f}</td>'
        f"<td>{escape(meaning)}</td></tr>"
        for name, meaning in _MEANINGS.items()
    )


def _farthest_first(sights: Sequence[Sight], spread: FloatArray) -> list[int]:
    lengths = [float(np.linalg.norm(each.embedding / spread)) for each in sights]
    return [int(index) for index in np.argsort(lengths)[::-1]]


def _flat(sights: Sequence[Sight], spread: FloatArray) -> FloatArray:
    """Give the first two components of each picture, (N, 2)."""
    values = [each.embedding[:2] / spread[:2] for each in sights]
    return np.array(values, np.float32).reshape(-1, 2)


def _figure(sight: Sight, canvas: Frame) -> str:
    cv2 = load("cv2", "the page of a verdict", "")
    height, width = canvas.shape[:2]
    size = (THUMB, max(1, round(THUMB * height / width)))
    small = cv2.resize(canvas[..., ::-1], size, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
    address = base64.b64encode(data.tobytes()).decode("ascii")
    told = f"{len(sight.sizes)} faces, brightness {sight.pixels.brightness:.0f}"
    return (
        f'<figure><img src="data:image/jpeg;base64,{address}" alt="">'
        f"<figcaption>{told}</figcaption></figure>"
    )
