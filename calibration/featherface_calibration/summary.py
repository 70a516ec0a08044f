"""What is in a calibration set, in words and as a plain record."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from featherface_calibration.archive import Statistics

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from featherface_calibration.archive import Archive, Picture

_SHOWN = 12  # groups and sources


def described(archive: Archive) -> list[str]:
    """Give the lines that say what the set is."""
    record = archive.record
    size = record.preprocessing
    pictures = record.pictures
    faces = [len(each.faces or ()) for each in pictures]
    method = record.selection.get("method", "unknown")
    return [
        f"{archive.path.name}: {len(archive)} pictures for canvases of {size.width}x{size.height}",
        f"made by       {record.tool}, {method}, seed {record.seed}",
        f"fingerprint   {archive.fingerprint}",
        f"faces         {_faces(pictures)}; {record.anonymised or 'not'} covered",
        f"with faces    {sum(map(bool, faces))} of {len(faces)} pictures",
        *(_spread(part.name, pictures) for part in fields(Statistics)),
        *_counted("source", (each.origin.source for each in pictures)),
        *_counted("group", (each.stratum for each in pictures)),
    ]


def _faces(pictures: Sequence[Picture]) -> str:
    sides = [
        max(right - left, bottom - top)
        for each in pictures
        for left, top, right, bottom in (face.box for face in each.faces or ())
    ]
    if not sides:
        return "none found"
    low, middle, high = np.percentile(sides, (5, 50, 95))
    return f"{len(sides)}, {low:.0f} / {middle:.0f} / {high:.0f} pixels (5, 50, 95 %)"


def _spread(name: str, pictures: Sequence[Picture]) -> str:
    values = [float(getattr(each.statistics, name)) for each in pictures]
    low, middle, high = np.percentile(values, (0, 50, 100))
    return f"{name:<13} {low:.3g} / {middle:.3g} / {high:.3g} (least, median, greatest)"


def _counted(title: str, names: Iterable[str]) -> list[str]:
    found = Counter(names).most_common()
    lines = [f"{title:<13} {name or 'none'}: {count}" for name, count in found[:_SHOWN]]
    return [*lines, *([f"{title:<13} and {len(found) - _SHOWN} more"] if found[_SHOWN:] else [])]
