"""Reads the archive of a calibration set; nothing in it is believed before it was checked."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib import format as npy

from featherface_calibration.archive.headers import size_of
from featherface_calibration.archive.layout import (
    EMBEDDINGS,
    MANIFEST,
    MOST_BYTES,
    MOST_PICTURES,
    SUMS,
)
from featherface_calibration.archive.record import from_json
from featherface_edge.detection import letterbox
from featherface_edge.errors import DataError, ImageError
from featherface_edge.images import decode_image

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from featherface_calibration.archive.record import Picture, SetRecord
    from featherface_edge.detection import Frame
    from featherface_edge.detection.types import FloatArray

_ENCRYPTED = 0x1
_MATRIX = 2
_NPY_VERSION = (1, 0)
_HEADER_BYTES = 1000


class Archive:
    """An open archive; close it, or use it in a `with` block.

    record: what its manifest says. Pictures are read, and compared with their checksum, one by one.
    """

    record: SetRecord

    def __init__(self, path: Path) -> None:
        """Open the file; manifest, names and sizes are checked at once.

        Raises: DataError when it is no whole calibration set.
        """
        self.path = path
        with _refusing(path):
            self._zip = zipfile.ZipFile(path)
            try:
                self._open()
            except BaseException:
                self._zip.close()
                raise

    def _open(self) -> None:
        self._entries = _checked_entries(self._zip, self.path.stat().st_size)
        self._sums = _sums(self._zip.read(SUMS))
        self.record = from_json(self._content(MANIFEST).decode("utf-8"))
        wanted = {each.file: each.sha256 for each in self.record.pictures}
        images = {name: sha for name, sha in self._sums.items() if name.startswith("images/")}
        if images != wanted:
            raise ValueError(f"{SUMS} and {MANIFEST} do not name the same pictures")
        if set(self._entries) - {*wanted, MANIFEST, EMBEDDINGS, SUMS}:
            raise ValueError("it holds a file that no set has")
        if set(self._entries) != {SUMS, *self._sums}:
            raise ValueError(f"it holds other files than {SUMS} names")

    def __len__(self) -> int:
        """Give the number of pictures."""
        return len(self.record.pictures)

    def __iter__(self) -> Iterator[tuple[Picture, Frame]]:
        """Yield each picture's record and pixels, one in memory at a time.

        Raises: DataError as `frame` does.
        """
        return ((each, self.frame(each)) for each in self.record.pictures)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the sorted ones of the pictures, as CalibrationSet has it of their files."""
        digests = sorted(each.sha256 for each in self.record.pictures)
        return hashlib.sha256("\n".join(digests).encode("ascii")).hexdigest()

    def content(self, picture: Picture) -> bytes:
        """Give the bytes of the picture's file.

        Raises: DataError when they are not what was written.
        """
        with _refusing(self.path):
            return self._content(picture.file)

    def frame(self, picture: Picture) -> Frame:
        """Give the pixels (height, width, 3) uint8 RGB, without padding.

        Raises: DataError when they are not what was written, or no picture of that size.
        """
        content = self.content(picture)
        with _refusing(self.path):
            wanted = (picture.width, picture.height)
            if size_of(content) != wanted:
                raise ValueError(f"{picture.file} is not {picture.width}x{picture.height}")
            found = decode_image(content, picture.file)
            if found.shape[1::-1] != wanted:
                raise ValueError(f"{picture.file} is not {picture.width}x{picture.height}")
            return found

    def canvas(self, picture: Picture) -> Frame:
        """Give the canvas (H, W, 3) uint8 RGB that the set was made for, padding included.

        Raises: DataError as `frame` does.
        """
        return letterbox(self.frame(picture), self.record.preprocessing)[0]

    def embeddings(self) -> FloatArray | None:
        """Give the embeddings (N, D) float32, in the order of the record; None where it has none.

        Raises: DataError when they are damaged.
        """
        if EMBEDDINGS not in self._entries:
            return None
        with _refusing(self.path):
            return _rows(self._content(EMBEDDINGS), len(self))

    def verify(self) -> None:
        """Read all of it.

        Raises: DataError when anything is damaged.
        """
        for picture in self.record.pictures:
            self.frame(picture)
        self.embeddings()

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def _content(self, name: str) -> bytes:
        """Give a member's bytes, compared with their checksum."""
        content = self._zip.read(name)
        if hashlib.sha256(content).hexdigest() != self._sums.get(name):
            raise ValueError(f"{name} has another SHA-256 than {SUMS} says")
        return content

    def __enter__(self) -> Self:
        """Give the archive itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of the file."""
        self.close()


def open_archive(path: Path) -> Archive:
    """Give the opened archive.

    Raises: DataError when it cannot be read or is no whole calibration set.
    """
    return Archive(path)


@contextmanager
def _refusing(path: Path) -> Generator[None]:
    """Make one line of whatever a damaged archive makes the readers raise."""
    try:
        yield
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check the path") from error
    except (
        *(ValueError, KeyError, EOFError, RuntimeError, NotImplementedError, RecursionError),
        *(zipfile.BadZipFile, struct.error, ImageError),
    ) as error:
        found = " ".join(str(error).split())
        message = f"{path} is no whole calibration set ({found}): build it or fetch it anew"
        raise DataError(message) from error


def _checked_entries(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """Give the members by name, once none of them is packed, hidden or larger than the file."""
    entries = archive.infolist()
    names = {each.filename: each for each in entries}
    if len(names) < len(entries) or len(names) > MOST_PICTURES:
        raise ValueError(f"{len(entries)} members, of which {len(names)} have a name of their own")
    for each in entries:
        if each.compress_type != zipfile.ZIP_STORED or each.compress_size != each.file_size:
            raise ValueError(f"{each.filename!r:.60} is packed, wanted it stored")
        if each.flag_bits & _ENCRYPTED or each.file_size > MOST_BYTES:
            raise ValueError(f"{each.filename!r:.60} is encrypted or larger than {MOST_BYTES}")
    if sum(each.file_size for each in entries) > size:
        raise ValueError("its members are larger than itself")
    return names


def _sums(content: bytes) -> dict[str, str]:
    """Give the checksums by name, as sha256sum writes them."""
    pairs = [line.split("  ", 1) for line in content.decode("ascii").splitlines()]
    return {name: digest for digest, name in pairs}


def _rows(content: bytes, count: int) -> FloatArray:
    """Give the array (count, D) of a .npy file, whose header may claim no more than is there."""
    stream = io.BytesIO(content)
    if npy.read_magic(stream) != _NPY_VERSION:
        raise ValueError(f"{EMBEDDINGS} is of an unknown version")
    shape, by_columns, kind = npy.read_array_header_1_0(stream, max_header_size=_HEADER_BYTES)
    values = np.frombuffer(content[stream.tell() :], "<f4")
    fits = len(shape) == _MATRIX and shape[0] == count and shape[0] * shape[1] == values.size
    if kind != np.dtype("<f4") or by_columns or not fits:
        raise ValueError(f"{EMBEDDINGS} is {kind} of shape {shape}, wanted {count} rows of float32")
    if not np.isfinite(values).all():
        raise ValueError(f"{EMBEDDINGS} holds numbers that are none")
    found: FloatArray = values.reshape(shape).copy()
    return found
