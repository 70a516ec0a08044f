"""Pictures that look the same.

An own difference hash of a few lines: the library ImageHash brings SciPy, PyWavelets and Pillow for
it, and its 64 bits took different photographs of one scene for the same where 128 did not.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.optional import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from featherface_edge.detection.types import Frame

CELLS = 8
BANDS, BAND_BITS = 8, 16
MOST_DIFFERENT = BANDS - 1  # bits; then one band at least is equal, which makes the search short


def difference_hash(frame: Frame) -> int:
    """128 bits: where the picture, at 8 x 8 grey means, grows brighter rightwards and downwards.

    Scaling and compressing again hardly change it (dHash, N. Krawetz, 2013).
    """
    cv2 = load("cv2", "comparing pictures", "")
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    wide, tall = (
        cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
        for size in ((CELLS + 1, CELLS), (CELLS, CELLS + 1))
    )
    brighter = (wide[:, 1:] > wide[:, :-1], tall[1:] > tall[:-1])
    return int.from_bytes(np.packbits(np.stack(brighter)).tobytes(), "big")


def lookalikes(hashes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Pairs of indices, the smaller first, whose hashes differ in at most seven bits.

    Of many pictures with one hash only the first is paired with those of other hashes.
    """
    firsts: dict[int, int] = {}
    for index, value in enumerate(hashes):
        if firsts.setdefault(value, index) != index:
            yield firsts[value], index
    pairs = {pair for band in range(BANDS) for pair in _close(firsts, band * BAND_BITS)}
    yield from sorted(pairs)


def _close(firsts: dict[int, int], shift: int) -> Iterator[tuple[int, int]]:
    """Pairs that are close and share the 16 bits from `shift`."""
    buckets: defaultdict[int, list[int]] = defaultdict(list)
    for value, index in firsts.items():
        bucket = buckets[value >> shift & (1 << BAND_BITS) - 1]
        for other in bucket:
            if (value ^ other).bit_count() <= MOST_DIFFERENT:
                yield firsts[other], index
        bucket.append(value)
