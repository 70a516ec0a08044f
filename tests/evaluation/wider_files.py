"""Ground truth files in the layout of WIDER FACE's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def write_ground_truth(
    folder: Path,
    events: Mapping[str, Mapping[str, Sequence[Sequence[float]]]],
    keep: Mapping[str, Mapping[str, Sequence[int]] | None],
) -> None:
    """Write the four files; keep: subset -> picture -> 1-based places, None = no such list."""
    io = pytest.importorskip("scipy.io")
    common = {
        "event_list": _cells([np.array([event]) for event in events]),
        "file_list": _cells(
            [_cells([np.array([name]) for name in pictures]) for pictures in events.values()]
        ),
    }
    boxes = [
        _cells([np.array(faces, np.int32).reshape(-1, 4) for faces in pictures.values()])
        for pictures in events.values()
    ]
    io.savemat(
        folder / "wider_face_val.mat",
        {**common, "face_bbx_list": _cells(boxes)},
        do_compression=True,
    )
    for subset, places in keep.items():
        lists = [
            _cells([np.array((places or {}).get(name, []), np.uint8)[:, None] for name in pictures])
            for pictures in events.values()
        ]
        content = common if places is None else {**common, "gt_list": _cells(lists)}
        io.savemat(folder / f"wider_{subset}_val.mat", content, do_compression=True)


def _cells(items: Sequence[Any]) -> Any:  # noqa: ANN401 - a cell array of MATLAB holds anything
    """Give a column of cells."""
    column = np.empty((len(items), 1), object)
    for index, item in enumerate(items):
        column[index, 0] = item
    return column
