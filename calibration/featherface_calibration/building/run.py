"""A build: frames in, candidates kept, the set chosen and written."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from featherface_calibration.archive import Picture, SetRecord, write_archive
from featherface_calibration.building import runtime
from featherface_calibration.building.choose import choose
from featherface_calibration.building.encode import FORMS, encoded
from featherface_calibration.building.frames import Cursor, Frames
from featherface_calibration.building.look import EMBEDDING, Looker
from featherface_calibration.building.measure import fault, measured
from featherface_calibration.building.places import places
from featherface_calibration.building.pool import Candidate, Pool
from featherface_calibration.building.state import Kept, Workplace
from featherface_calibration.building.strata import stratum
from featherface_calibration.building.unchanged import Unchanged
from featherface_edge import __version__
from featherface_edge.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_calibration.building.frames import Taken
    from featherface_calibration.building.order import Order

SAVE_S, TELL_S = 20.0, 5.0
_SPARE, _MOST_SPARE = 512, 2048  # candidates beyond the set's size
TOOL = f"featherface-edge {__version__}"
KEPT, ALIKE, NEAR, UNCHANGED, UNREAD = "candidates", "alike", "near", "unchanged", "unread"


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a build: pictures in the set, and frames and files by what became of them."""

    pictures: int
    counts: dict[str, int]

    @property
    def unread(self) -> int:
        """Photographs and videos that could not be read, to the end or at all."""
        return self.counts.get(UNREAD, 0)


def build(order: Order, tell: Callable[[str], None]) -> Told:
    """Build the set that was ordered, or go on with it where an earlier run was interrupted.

    tell: told a line now and then.

    Raises: DataError when the sources give no usable picture, SourceError when a camera is not
    there, UsageError when the order cannot be carried out.
    """
    if order.anonymise and order.anonymise not in runtime.covers():
        known = ", ".join(runtime.covers())
        raise UsageError(f"{order.anonymise!r} covers no face: give --anonymise one of {known}")
    return _Build(order, tell).run()


class _Build:
    """A build that is under way."""

    def __init__(self, order: Order, tell: Callable[[str], None]) -> None:
        self._order, self._tell = order, tell
        self._places = places(order.sources)
        self._looker = Looker(order)
        spare = min(max(3 * order.size, _SPARE), _MOST_SPARE)
        self._pool = Pool(order.size + spare)
        self._counts: Counter[str] = Counter()
        self._unchanged = Unchanged()
        self._cursor = Cursor()
        self._workplace = Workplace(order, self._places)

    def run(self) -> Told:
        """Look at all frames, choose, write."""
        self._resume()
        frames = Frames(self._places, self._order, self._note_unread)
        try:
            self._gather(frames)
        except BaseException:
            self._leave()
            raise
        if not self._pool.candidates:
            self._leave()
            raise DataError(f"found no usable picture: {self._in_words()}: give other sources")
        self._save()
        count = self._write()
        self._workplace.close()
        return Told(count, dict(self._counts))

    def _resume(self) -> None:
        kept = self._workplace.open()
        if kept is not None:
            self._pool.restore(kept.candidates, kept.radius)
            self._cursor, self._counts = kept.cursor, Counter(kept.counts)
            self._tell(f"going on with an earlier build: {self._in_words()}")

    def _gather(self, frames: Frames) -> None:
        saved = said = time.monotonic()
        for taken in frames.after(self._cursor):
            self._offer(taken)
            self._cursor = Cursor(taken.place, taken.origin.frame + 1)
            now = time.monotonic()
            if now - said >= TELL_S:
                said = now
                self._tell(f"source {taken.place + 1} of {len(self._places)}: {self._in_words()}")
            if now - saved >= SAVE_S and self._pool.candidates:
                saved = now
                self._save()

    def _offer(self, taken: Taken) -> None:
        self._counts[self._fate(taken)] += 1

    def _fate(self, taken: Taken) -> str:
        """Give what becomes of the frame, in a word."""
        picture = self._looker.picture(taken.frame)
        if self._unchanged.told(picture, taken.origin.source):
            return UNCHANGED
        seen = measured(picture)
        if why := fault(seen):
            return why
        sight = self._looker.look(picture)
        height, width = picture.shape[:2]
        group = stratum(seen, sight.faces, (width, height))
        if self._pool.has_twin(sight.gradient, group):
            return ALIKE
        near = self._pool.near(sight.embedding, group)
        if near is not None:
            near.weight += 1
            return NEAR
        content = encoded(sight.picture, self._order.coding)
        name = f"images/{sum(self._counts.values()):06}{FORMS[self._order.coding].suffix}"
        digest = hashlib.sha256(content).hexdigest()
        noted = Picture(
            name, digest, width, height, taken.origin, measured(sight.picture), sight.faces, group
        )
        self._workplace.add(name, content)
        self._pool.add(Candidate(noted, sight.embedding, sight.gradient))
        return KEPT

    def _note_unread(self, reason: str) -> None:
        self._counts[UNREAD] += 1
        self._tell(f"not read: {reason}")

    def _leave(self) -> None:
        """Keep what there is for another run, if there is anything."""
        if self._pool.candidates:
            self._save()
        else:
            self._workplace.close()

    def _save(self) -> None:
        record = self._record(tuple(each.picture for each in self._pool.candidates))
        self._workplace.save(
            Kept(record, self._pool.candidates, self._pool.radius, self._cursor, self._counts)
        )

    def _write(self) -> int:
        order = self._order
        found = choose(order.method, self._pool.crowd(), order.size, order.seed)
        chosen = [(self._pool.candidates[at], score) for at, score in found]
        pictures = tuple(
            replace(
                each.picture,
                file=f"images/{at:06}{FORMS[order.coding].suffix}",
                scores={"rank": at, "score": round(score, 6), "stands_for": each.weight},
            )
            for at, (each, score) in enumerate(chosen)
        )
        contents = (self._workplace.content(each.picture.file) for each, _ in chosen)
        rows = np.stack([each.embedding for each, _ in chosen])
        write_archive(order.out, self._record(pictures), contents, rows)
        return len(pictures)

    def _record(self, pictures: tuple[Picture, ...]) -> SetRecord:
        return SetRecord(
            tool=TOOL,
            seed=self._order.seed,
            preprocessing=self._looker.preprocessing,
            pictures=pictures,
            model=self._looker.model,
            embedding=EMBEDDING,
            anonymised=self._order.anonymise,
            selection={"method": self._order.method, "frames": dict(sorted(self._counts.items()))},
        )

    def _in_words(self) -> str:
        """The counts of frames and files, in words."""
        parts = [f"{count} {name}" for name, count in sorted(self._counts.items())]
        return ", ".join(parts) or "no frame came"
