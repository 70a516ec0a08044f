"""The official ground truth of WIDER FACE.

Source: Yang et al., "WIDER FACE", CVPR 2016, and its published evaluation tool: one file holds the
boxes of all faces of the validation set, three more say which of them each subset keeps.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.errors import DataError
from featherface_edge.evaluation.truths import Truth
from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from featherface_edge.detection.types import FloatArray
    from featherface_edge.evaluation.truths import Flags

SUBSETS = ("easy", "medium", "hard")

_KEYS = {"face": ("file_list", "face_bbx_list"), **dict.fromkeys(SUBSETS, ("gt_list",))}
# What the reader raises at files that are cut, altered or of another kind (tried out on all three).
_DAMAGE = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    NotImplementedError,
    OverflowError,
    MemoryError,
    zlib.error,
)
_WANTED = "wanted the official wider_{face,easy,medium,hard}_val.mat"


def official_truths(folder: Path, names: Sequence[str]) -> dict[str, list[Truth]]:
    """The official faces of the pictures `names` (file names without suffix), by subset.

    folder: holds wider_{face,easy,medium,hard}_val.mat.

    Raises: DataError when a file is missing or broken, or a picture is not of WIDER FACE val.
    """
    tables = {name: _table(folder / f"wider_{name}_val.mat", keys) for name, keys in _KEYS.items()}
    places = _places(tables["face"]["file_list"])
    missing = [name for name in names if name not in places]
    if missing:
        raise DataError(
            f"{len(missing)} of {len(names)} pictures are not in WIDER FACE val ({missing[0]}, "
            "...): evaluate without --ground-truth"
        )
    boxes = {name: _boxes(tables["face"]["face_bbx_list"], places[name]) for name in names}
    return {
        subset: [
            Truth(boxes[name], _kept(tables[subset]["gt_list"], places[name], len(boxes[name])))
            for name in names
        ]
        for subset in SUBSETS
    }


def picture_names(folder: Path) -> list[str]:
    """The names of all pictures of the validation set, without suffix, event by event.

    Raises: DataError when wider_face_val.mat is missing or broken.
    """
    return list(_places(_table(folder / "wider_face_val.mat", _KEYS["face"])["file_list"]))


def _table(path: Path, keys: Sequence[str]) -> Mapping[str, NDArray[np.object_]]:
    io = load("scipy.io", "reading the WIDER FACE ground truth", "train")
    if not path.is_file():
        raise DataError(f"{path} does not exist: {_WANTED}")
    try:
        table: dict[str, NDArray[np.object_]] = io.loadmat(path, variable_names=keys)
    except (*_DAMAGE, io.matlab.MatReadError) as error:
        raise DataError(f"{path} cannot be read ({error}): {_WANTED}") from error
    absent = [key for key in keys if key not in table]
    if absent:
        raise DataError(f"{path} holds no {absent[0]}: {_WANTED}")
    return table


def _places(file_list: NDArray[np.object_]) -> dict[str, tuple[int, int]]:
    return {
        str(name[0][0]): (event, index)
        for event, names in enumerate(file_list)
        for index, name in enumerate(names[0])
    }


def _boxes(table: NDArray[np.object_], place: tuple[int, int]) -> FloatArray:
    event, index = place
    corners = table[event][0][index][0].astype(np.float32).reshape(-1, 4)
    corners[:, 2:] += corners[:, :2]
    result: FloatArray = corners
    return result


def _kept(table: NDArray[np.object_], place: tuple[int, int], count: int) -> Flags:
    """Which of the picture's faces a subset keeps; the file counts them from 1."""
    event, index = place
    flags = np.zeros(count, bool)
    flags[table[event][0][index][0].astype(int).ravel() - 1] = True
    return flags
