"""When a frame was taken."""

from __future__ import annotations

import time

_OLDEST_S = 10.0


def taken(stamp: float, now: float) -> float:
    """Give the time.monotonic() at which the sensor says that it took the frame.

    stamp: the sensor's, seconds of CLOCK_BOOTTIME or CLOCK_MONOTONIC, whichever the driver counts;
    0 where it says nothing. now: time.monotonic(). A stamp that lies ahead of now, or more than ten
    seconds back, is no moment of either clock: the frame then counts as taken now.
    """
    asleep = time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()
    for moment in (stamp - asleep, stamp):
        if 0 <= now - moment < _OLDEST_S:
            return moment
    return now
