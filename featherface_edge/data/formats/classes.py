"""Which class of a set is the face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

FACE_NAMES = ("face", "faces", "human face", "head", "heads")  # best first


def face_class(path: Path, names: Mapping[int, str], used: Collection[int]) -> int:
    """The class, a key of `names`, that means a face: the only one, or the one called so.

    used: the classes that at least one label has; a name like "face" that no label has, as some
    exporters add above the real classes, is not taken. Without names or labels: 0.

    Raises: DataError when no class, or only an unused one, is called face.
    """
    if len(names) <= 1:
        return next(iter(names), 0)
    called = {key: _plain(name) for key, name in names.items() if key in used or not used}
    for wanted in FACE_NAMES:
        for key, name in called.items():
            if name == wanted:
                return key
    known = ", ".join(repr(name) for name in names.values())
    raise DataError(
        f"{path} labels {len(names)} classes ({known:.200}), none of those in use is called "
        f"{', '.join(FACE_NAMES)}: rename the faces' class to 'face', or leave the others out"
    )


def _plain(name: str) -> str:
    return name.strip().casefold().replace("_", " ").replace("-", " ")
