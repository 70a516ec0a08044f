"""What a race is run with."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.bench.process import CandidateProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_boards.bench.candidate import Candidate


@dataclass(frozen=True, slots=True)
class Means:
    """Photographs that every combination looks at, and what tests put in place of the real thing.

    root: of the sensors' file system. clock: seconds. open_process: starts a candidate's process.
    """

    photographs: tuple[Path, ...]
    root: Path = Path("/")
    clock: Callable[[], float] = time.monotonic
    open_process: Callable[[Candidate], CandidateProcess] = CandidateProcess
