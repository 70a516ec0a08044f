"""Detections kept in a file, so that a long evaluation can be broken off and taken up again."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.detection.types import LANDMARKS, Detections
from featherface_edge.errors import DataError, UsageError
from featherface_edge.files import replacing, sha256_file

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

_EVERY = 50  # new pictures after which the file is written: so many a crash costs at most


class PredictionFile:
    """What one model at one setting finds, by the SHA-256 of a picture's bytes; use it in `with`.

    The file, of NumPy arrays (.npz), is replaced as a whole now and then and at the end of the
    block, whether it ends well or not.
    """

    def __init__(self, path: Path) -> None:
        """Read what the file at `path` holds, if there is one.

        Raises: DataError when it is there but broken.
        """
        self._path = path
        self._found = _read(path) if path.exists() else {}
        self._unsaved = 0

    def recall(self, file: Path) -> Detections | None:
        """What was found in the picture of this file before; None = not known, or no such file."""
        try:
            return self._found.get(sha256_file(file)) if self._found else None
        except OSError:
            return None

    def keep(self, file: Path, found: Detections) -> None:
        """Remember what was found in the picture of this file.

        Raises: UsageError when the prediction file cannot be written.
        """
        self._found[sha256_file(file)] = found
        self._unsaved += 1
        if self._unsaved >= _EVERY:
            self._save()

    def _save(self) -> None:
        try:
            with replacing(self._path) as fresh:
                _write(fresh, self._found)
        except OSError as error:
            raise UsageError(
                f"{self._path} cannot be written ({error.strerror}): "
                "give --predictions a folder with room"
            ) from error
        self._unsaved = 0

    def __enter__(self) -> Self:
        """Give the file itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Write what is new."""
        if self._unsaved:
            self._save()


def _write(path: Path, found: dict[str, Detections]) -> None:
    items = list(found.values())
    np.savez(
        path,
        pictures=np.array(list(found), "S64"),
        counts=np.array([len(item) for item in items], np.int64),
        boxes=np.concatenate([item.boxes for item in items]),
        scores=np.concatenate([item.scores for item in items]),
        landmarks=np.concatenate([item.landmarks for item in items]),
    )


def _read(path: Path) -> dict[str, Detections]:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            names = [str(name, "ascii") for name in arrays["pictures"].tolist()]
            ends = np.cumsum(arrays["counts"])[:-1]
            parts = [
                np.split(arrays[key].astype(np.float32).reshape(shape), ends)
                for key, shape in (
                    ("boxes", (-1, 4)),
                    ("scores", (-1,)),
                    ("landmarks", (-1, LANDMARKS, 2)),
                )
            ]
        columns = zip(names, *parts, strict=True)
        return {name: Detections(*arrays) for name, *arrays in columns}
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(
            f"{path} is no file of predictions ({error}): delete it, and it is made anew"
        ) from error
