"""Whether all is well, in a word, and what the process ends with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from featherface_runtime.live.snapshot import TelemetrySnapshot

Status: TypeAlias = Literal["ok", "degraded", "failed"]

# Exit statuses. 2 is for what the command line refuses.
ENDED = 0  # all sources came to their end, or the user stopped it
NO_SOURCE = 1  # no source is left, and one at least failed for good
BROKEN = 70  # a thread is stuck or broken beyond repair: start the process anew (EX_SOFTWARE)


@dataclass(frozen=True, slots=True)
class Health:
    """How the stream is.

    status: "ok"; "degraded" when a source or sink is not what it should be; "failed" when nothing
    comes any more. reasons: what is wrong, a line each.
    """

    status: Status
    reasons: tuple[str, ...] = ()


def health(snapshot: TelemetrySnapshot, broken: str = "") -> Health:
    """Give the health that the counters tell of. broken: why nothing works any more, "" if not."""
    if broken:
        return Health("failed", (broken,))
    sources = [each for each in snapshot.sources if each.state in ("reconnecting", "failed")]
    reasons = tuple(
        f"{each.name} is {each.state}" + (f": {each.problem}" if each.problem else "")
        for each in sources
    )
    if sources and not any(each.state == "live" for each in snapshot.sources):
        return Health("failed", reasons)
    dead = tuple(f"sink {each.name}: {each.problem}" for each in snapshot.sinks if each.broken)
    return Health("degraded" if reasons or dead else "ok", reasons + dead)
