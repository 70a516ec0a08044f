"""fe-board tune, fe-bench --pick: choose what fe-camera runs on this board."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from featherface_boards.bench.given import ALL, counts, duration, engines, sizes
from featherface_boards.bench.photographs import photographs_in, shipped_photographs
from featherface_boards.bench.picking.arms import Field, arms
from featherface_boards.bench.picking.goal import Goal
from featherface_boards.bench.picking.means import Means
from featherface_boards.bench.picking.race import SECONDS, pick
from featherface_boards.bench.sensors import Energy, power_w
from featherface_boards.probe import probe
from featherface_edge.errors import UsageError
from featherface_edge.progress import Progress
from featherface_runtime.choice import Choice, write
from featherface_runtime.zoo import is_file

if TYPE_CHECKING:
    import argparse

    from featherface_boards.bench.picking.arms import Arm
    from featherface_boards.bench.picking.goal import Figures
    from featherface_boards.bench.picking.race import Picked
    from featherface_runtime.choice import Engine

USUAL_P99_MS = 33.0  # thirty frames a second
FRAMES = 4  # photographs that each combination looks at
_PERCENT = 100
_ROOT = Path("/")
_STAGES = (36.0, 12.0)  # seconds that the two are expected to take


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-board tune takes."""
    parser.add_argument(
        "words", nargs="*", metavar="MODEL", help="these alone, shipped ones or files; none: all"
    )
    add_goal(parser)
    parser.add_argument("--size", type=sizes, default=(), metavar="WxH[,WxH]", help="these alone")
    parser.add_argument(
        "--backend", type=engines, default=(), metavar="NAME[,NAME]|all", help="these interpreters"
    )
    parser.add_argument("--threads", type=counts, default=(), metavar="N[,N]", help="these alone")
    parser.add_argument("--photos", type=Path, metavar="DIR", help="photographs to look at")
    parser.add_argument(
        "--seconds", type=duration, default=SECONDS, metavar="TIME", help=f"at most ({SECONDS:g} s)"
    )
    parser.add_argument("--dry-run", action="store_true", help="write no choice")


def add_goal(parser: argparse.ArgumentParser) -> None:
    """Add the flags of what is wanted."""
    parser.add_argument(
        "--min-ap", type=float, metavar="PERCENT", help="least mean AP; alone: take the quickest"
    )
    parser.add_argument(
        "--max-p99",
        type=float,
        metavar="MS",
        help="most milliseconds of 99 in 100 frames; take the most precise "
        f"(without any of the three: {USUAL_P99_MS:g})",
    )
    parser.add_argument(
        "--max-energy", type=float, metavar="MJ", help="most millijoules of a frame"
    )


def run(args: argparse.Namespace) -> int:
    """Choose, write the choice into the user's profile, and show it; give 0.

    Raises: UsageError, BenchError, BoardProfileError when nothing can be chosen or written.
    """
    return choose(args.words, args, dry=args.dry_run)


def choose(words: list[str], args: argparse.Namespace, *, dry: bool) -> int:
    """Do as `run`, for flags of either command; dry: write nothing."""
    began, goal = time.monotonic(), _goal(args)
    if goal.max_energy_mj is not None:
        _require_sensor(_ROOT)
    board = probe()
    photographs = photographs_in(args.photos) if args.photos else shipped_photographs()
    field = Field(tuple(words), args.size, _engines(args.backend), args.threads)
    with tempfile.TemporaryDirectory(prefix="featherface-") as folder:
        every = arms(field, Path(folder))
        left = (args.seconds or SECONDS) - (time.monotonic() - began)
        means = Means(photographs[:FRAMES])
        found = pick(every, goal, means, Progress(_tell, _STAGES), left)
    _show(found)
    if not dry:
        sys.stdout.write(
            f"written to {write(_choice(found, board.fingerprint))}; fe-camera uses it\n"
        )
    return 0


def _require_sensor(root: Path) -> None:
    if power_w(root) is None and not Energy(root).known:
        raise UsageError("no sensor of this board tells its power: leave out --max-energy")


def _engines(names: tuple[str, ...]) -> tuple[Engine, ...]:
    return () if names == (ALL,) else cast("tuple[Engine, ...]", names)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _goal(args: argparse.Namespace) -> Goal:
    """Give what is wanted; thirty frames a second where nothing is."""
    floor = None if args.min_ap is None else args.min_ap / _PERCENT
    goal = Goal(floor, args.max_p99, args.max_energy)
    return Goal(max_p99_ms=USUAL_P99_MS) if goal == Goal() else goal


def _choice(found: Picked, board: str) -> Choice:
    arm = found.arm
    return Choice(
        model=arm.model if not is_file(arm.model) else str(Path(arm.model).resolve()),
        engine=arm.engine,
        precision=arm.precision,
        threads=arm.threads,
        size=arm.size,
        board=board,
        reason=_reason(found),
    )


def _reason(found: Picked) -> str:
    counted = f"{found.screened + found.spared} combinations in {found.seconds:.0f} s"
    return f"{_told(found.arm, found.figures)}; the best of {counted}"


def _told(arm: Arm, figures: Figures) -> str:
    energy = "" if figures.energy_mj is None else f", {figures.energy_mj:.1f} mJ"
    times = f"p50 {figures.p50_ms:.2f} ms, p99 {figures.p99_ms:.2f} ms a frame{energy}"
    return f"AP {_PERCENT * arm.ap:.1f} %, {times}"


def _show(found: Picked) -> None:
    lines = [
        f"chosen: {found.arm}",
        f"        {_reason(found)}",
        *(
            f"  also: {arm}: {_told(arm, figures)}"
            for arm, figures in found.finalists.items()
            if arm != found.arm
        ),
        f"{found.untried} combinations were not tried: give more --seconds"
        if found.untried
        else "",
    ]
    sys.stdout.write("\n".join(filter(None, lines)) + "\n")
    for failure in found.failures:
        sys.stderr.write(f"not measured: {failure}\n")
