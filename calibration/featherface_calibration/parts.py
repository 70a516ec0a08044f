"""Sets made of sets: several joined, one dealt out, one laid out as photographs."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from featherface_calibration.archive import Archive, SetRecord, open_archive, write_archive
from featherface_calibration.archive.layout import MANIFEST, require_suffix
from featherface_calibration.archive.record import to_json
from featherface_calibration.building.choose import Crowd, choose
from featherface_edge.errors import DataError, UsageError
from featherface_edge.files import write_bytes, write_text
from featherface_edge.lookalikes import difference_hash, lookalikes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from featherface_calibration.archive import Picture
    from featherface_calibration.building.order import Method
    from featherface_edge.detection.types import FloatArray
    from featherface_edge.spec import JsonValue

STANDS_FOR = "stands_for"  # name of the score that says how many frames a picture stands for


class Piece(NamedTuple):
    """A picture of one of the sets, and its embedding."""

    archive: Archive
    picture: Picture
    embedding: FloatArray | None


class Wish(NamedTuple):
    """What a joined set shall be: pictures at most (all where None), how they are chosen, seed."""

    size: int | None = None
    method: Method = "k-center"
    seed: int = 0


def merge(paths: Sequence[Path], out: Path, wish: Wish) -> int:
    """Write one set of several, without pictures that look the same; give how many it has.

    Raises: DataError when one is damaged, or they were made for different canvases. UsageError when
    a choice is wanted and they have no embeddings of one space.
    """
    require_suffix(out)
    with ExitStack() as stack:
        archives = [stack.enter_context(open_archive(path)) for path in paths]
        _require_alike(archives)
        pieces = _distinct([piece for archive in archives for piece in _pieces(archive)])
        pieces = _chosen(pieces, wish) if wish.size and wish.size < len(pieces) else pieces
        told: dict[str, JsonValue] = {"method": "merge", "of": [path.name for path in paths]}
        record = replace(archives[0].record, seed=wish.seed, selection=told)
        _write(out, record, pieces)
        return len(pieces)


def split(path: Path, outs: Sequence[Path], seed: int) -> list[int]:
    """Deal the set's pictures out, group by group, to new sets; give how many each has.

    No picture is in two of them.

    Raises: DataError when the set is damaged, UsageError when it has fewer pictures than sets.
    """
    for out in outs:
        require_suffix(out)
    if len(set(outs)) < len(outs):
        raise UsageError("two sets have one name: name each differently")
    with open_archive(path) as archive:
        if len(archive) < len(outs):
            raise UsageError(f"{path.name} has {len(archive)} pictures for {len(outs)} sets")
        hands = _dealt(_pieces(archive), len(outs), seed)
        for hand, (out, pieces) in enumerate(zip(outs, hands, strict=True)):
            told: dict[str, JsonValue] = {"method": "split", "of": [path.name], "part": hand}
            _write(out, replace(archive.record, seed=seed, selection=told), pieces)
        return [len(pieces) for pieces in hands]


def export(path: Path, folder: Path) -> int:
    """Write the set's pictures as photographs, and its manifest, into a new folder; give how many.

    Raises: DataError when the set is damaged, UsageError when the folder is there or cannot be.
    """
    with open_archive(path) as archive:
        archive.verify()
        try:
            folder.mkdir(parents=True)
            for picture in archive.record.pictures:
                write_bytes(folder / Path(picture.file).name, archive.content(picture))
            write_text(folder / MANIFEST, to_json(archive.record))
        except OSError as error:
            raise UsageError(
                f"{folder} cannot be made ({error.strerror}): name a new folder"
            ) from error
        return len(archive)


def _require_alike(archives: Sequence[Archive]) -> None:
    first = archives[0]
    for each in archives[1:]:
        for name in ("preprocessing", "anonymised"):
            one, two = getattr(first.record, name), getattr(each.record, name)
            if one != two:
                raise DataError(
                    f"{each.path.name} and {first.path.name} differ in {name} ({two or 'none'}, "
                    f"{one or 'none'}): merge sets that were built alike"
                )


def _pieces(archive: Archive) -> list[Piece]:
    rows = archive.embeddings()
    embeddings: Iterable[FloatArray | None] = [None] * len(archive) if rows is None else rows
    pairs = zip(archive.record.pictures, embeddings, strict=True)
    return [Piece(archive, picture, embedding) for picture, embedding in pairs]


def _distinct(pieces: list[Piece]) -> list[Piece]:
    """Leave out those that look the same as one before, reading one picture at a time."""
    hashes = [difference_hash(each.archive.frame(each.picture)) for each in pieces]
    again = {two for _, two in lookalikes(hashes)}
    return [each for at, each in enumerate(pieces) if at not in again]


def _chosen(pieces: list[Piece], wish: Wish) -> list[Piece]:
    rows = _rows(pieces)
    if rows is None:
        raise UsageError("the sets have no embeddings of one space: merge them without --size")
    weights = np.array([each.picture.scores.get(STANDS_FOR, 1.0) for each in pieces])
    crowd = Crowd(rows, weights, [each.picture.stratum for each in pieces])
    size = wish.size or len(pieces)
    return [pieces[at] for at, _ in choose(wish.method, crowd, size, wish.seed)]


def _dealt(pieces: list[Piece], hands: int, seed: int) -> list[list[Piece]]:
    """Give as many parts, as equal as can be in each group of pictures, in shuffled order."""
    places: list[int] = np.random.default_rng(seed).permutation(len(pieces)).tolist()
    line = sorted((pieces[at] for at in places), key=lambda each: each.picture.stratum)
    return [line[hand::hands] for hand in range(hands)]


def _rows(pieces: list[Piece]) -> FloatArray | None:
    """Give the embeddings (N, D), None where they are not all of one space."""
    rows = [each.embedding for each in pieces if each.embedding is not None]
    names = {each.archive.record.embedding for each in pieces}
    one_space = len(names) == len({row.shape for row in rows}) == 1
    return np.stack(rows) if one_space and len(rows) == len(pieces) else None


def _write(out: Path, record: SetRecord, pieces: list[Piece]) -> None:
    pictures = tuple(
        replace(each.picture, file=f"images/{at:06}{Path(each.picture.file).suffix}")
        for at, each in enumerate(pieces)
    )
    rows = _rows(pieces)
    space = "" if rows is None else record.embedding
    fitting = replace(record, pictures=pictures, embedding=space)
    write_archive(out, fitting, (each.archive.content(each.picture) for each in pieces), rows)
