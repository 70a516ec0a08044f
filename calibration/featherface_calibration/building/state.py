"""A build that can be gone on with: a folder beside the set, gone when the set is there."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from featherface_calibration.archive import SetRecord, from_json, to_json
from featherface_calibration.building.frames import Cursor
from featherface_calibration.building.pool import HASH_BYTES, Candidate
from featherface_edge.errors import DataError, UsageError
from featherface_edge.files import replacing, write_bytes

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from featherface_calibration.building.order import Order
    from featherface_calibration.building.places import Place

_STATE = "state.npz"
_WEIGHT = "weight"


class Kept(NamedTuple):
    """What is kept of a build.

    record: its pictures are the candidates. candidates, radius: of the pool. cursor: frames up to
    it are done. counts: frames by what became of them.
    """

    record: SetRecord
    candidates: list[Candidate]
    radius: float
    cursor: Cursor
    counts: Mapping[str, int]


class Workplace:
    """The folder of a build that is under way. key: of the order, which must not change."""

    def __init__(self, order: Order, places: list[Place]) -> None:
        self.folder = order.out.with_name(f".{order.out.name}.building")
        told = {**asdict(order), "out": "", "places": [place.uri for place in places]}
        self._key = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
        self._out = order.out

    def open(self) -> Kept | None:
        """Make the folder; give what an earlier run kept in it, None where there is nothing.

        Raises: UsageError when it cannot be made, or is of another order. DataError when damaged.
        """
        try:
            with self._usable():
                self.folder.mkdir(parents=True, exist_ok=True)
                return self._read() if (self.folder / _STATE).is_file() else None
        except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            message = f"{self.folder} is damaged: delete it, and the build begins anew"
            raise DataError(message) from error

    def add(self, name: str, content: bytes) -> None:
        """Keep the file of a candidate.

        Raises: UsageError when there is no room for it.
        """
        with self._usable():
            write_bytes(self.folder / name, content)

    def content(self, name: str) -> bytes:
        """Give the file of a candidate."""
        return (self.folder / name).read_bytes()

    def save(self, kept: Kept) -> None:
        """Keep it all; files that no candidate has any more go.

        Raises: UsageError when there is no room for it.
        """
        pictures = tuple(
            replace(each.picture, scores={_WEIGHT: each.weight}) for each in kept.candidates
        )
        about = {
            "key": self._key,
            "radius": kept.radius,
            "cursor": list(kept.cursor),
            "counts": dict(kept.counts),
            "record": to_json(replace(kept.record, pictures=pictures)),
        }
        hashes = [each.gradient.to_bytes(HASH_BYTES, "big") for each in kept.candidates]
        with self._usable():
            with replacing(self.folder / _STATE) as fresh:
                np.savez(
                    fresh,
                    about=np.frombuffer(json.dumps(about).encode("utf-8"), np.uint8),
                    embeddings=np.stack([each.embedding for each in kept.candidates]),
                    hashes=np.frombuffer(b"".join(hashes), np.uint8),
                )
            self._keep_only({each.file for each in pictures})

    def close(self) -> None:
        """The set is there: the folder goes."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _keep_only(self, wanted: set[str]) -> None:
        """Delete the files of those that are no candidates any more."""
        for file in (self.folder / "images").iterdir():
            if f"images/{file.name}" not in wanted:
                file.unlink()

    @contextmanager
    def _usable(self) -> Generator[None]:
        """Make one line of what the file system says."""
        try:
            yield
        except OSError as error:
            message = f"{self.folder} cannot be used ({error.strerror}): choose another --out"
            raise UsageError(message) from error

    def _read(self) -> Kept:
        state = self.folder / _STATE
        with state.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
            about = json.loads(held["about"].tobytes().decode("utf-8"))
            embeddings, hashes = held["embeddings"], held["hashes"].tobytes()
        if about["key"] != self._key:
            raise UsageError(
                f"{self.folder} is of a build with other sources or options: give the same again, "
                "or delete it"
            )
        record = from_json(about["record"])
        candidates = [
            Candidate(
                replace(picture, scores={}),
                embedding,
                int.from_bytes(hashes[at * HASH_BYTES : (at + 1) * HASH_BYTES], "big"),
                int(picture.scores[_WEIGHT]),
            )
            for at, (picture, embedding) in enumerate(zip(record.pictures, embeddings, strict=True))
        ]
        return Kept(record, candidates, about["radius"], Cursor(*about["cursor"]), about["counts"])
