"""Times of the zoo's models and of a rival's, all in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_calibration import demo_photo
from featherface_edge.errors import ModelFileError, UsageError
from featherface_edge.evaluation.timing import artifact_inference, clock_for, interleaved, ratios
from featherface_edge.images import read_image
from featherface_edge.spec import from_json
from featherface_runtime.backends import BackendOptions, open_backend
from featherface_runtime.zoo import SUFFIXES, Format, Reference, Timing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from featherface_edge.spec import ModelSpec

UNIT = (640, 640)  # the rival's size whose time is 1
ROUNDS = 60
THREADS = 1
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Times:
    """The times of all files, by path, and of the rival."""

    files: Mapping[Path, Timing]
    reference: Reference


@dataclass(frozen=True, slots=True)
class Rival:
    """A file of the rival, and where it is run."""

    path: Path
    format: Format
    size: tuple[int, int]
    name: str


def rivals(folder: Path) -> list[Rival]:
    """The rival's files in a folder; files without our manifest are passed over.

    Raises: UsageError when there is none of size 640x640, or files of several networks.
    """
    found = [
        Rival(path, name, (spec.preprocessing.width, spec.preprocessing.height), spec.network)
        for name, suffix in SUFFIXES.items()
        for path in sorted(folder.glob(f"*{suffix}"))
        if (spec := _spec(path)) is not None
    ]
    names = sorted({rival.name for rival in found})
    if len(names) != 1 or UNIT not in {rival.size for rival in found}:
        raise UsageError(
            f"{folder} has files of {', '.join(names) or 'no network'}, wanted those of one rival, "
            f"{UNIT[0]}x{UNIT[1]} among them"
        )
    return found


def timed(files: Mapping[Format, Sequence[Path]], others: Sequence[Rival]) -> Times:
    """Times of all files, each format's in turn with the rival's files in that format."""
    timings: dict[Path, Timing] = {}
    units: dict[str, float] = {}
    sizes: dict[str, dict[str, float]] = {}
    for name, paths in files.items():
        mine = [rival for rival in others if rival.format == name]
        turns = _turns([*paths, *(rival.path for rival in mine)])
        best = _quickest(mine, turns)
        unit = turns.get(best.get(UNIT, ""))
        shares = {} if unit is None else _shares(turns, best[UNIT])
        timings |= {path: Timing(_least(turns[str(path)]), shares.get(str(path))) for path in paths}
        if unit is not None:
            units[name] = _least(unit)
            sizes[name] = {f"{size[0]}x{size[1]}": shares[key] for size, key in best.items()}
    return Times(timings, Reference(others[0].name, *UNIT, units, sizes))


def _turns(paths: Sequence[Path]) -> dict[str, list[float]]:
    """Milliseconds of each file in every round, by its path."""
    frame = read_image(demo_photo())
    calls = {str(path): artifact_inference(path, frame, THREADS) for path in paths}
    return interleaved(calls, ROUNDS, clock_for(THREADS))


def _least(times: Sequence[float]) -> float:
    return round(min(times), DIGITS)


def _shares(turns: Mapping[str, list[float]], unit: str) -> dict[str, float]:
    return {key: round(share, DIGITS) for key, share in ratios(turns, unit).items()}


def _quickest(
    found: Sequence[Rival], turns: Mapping[str, list[float]]
) -> dict[tuple[int, int], str]:
    """The rival's quickest file of each size: float or INT8, whichever it runs better in."""
    best: dict[tuple[int, int], str] = {}
    for key, size in sorted(
        ((str(rival.path), rival.size) for rival in found), key=lambda each: min(turns[each[0]])
    ):
        best.setdefault(size, key)
    return best


def _spec(path: Path) -> ModelSpec | None:
    try:
        backend = open_backend(path, BackendOptions(THREADS))
    except ModelFileError:
        return None
    spec = from_json(backend.manifest)
    backend.close()
    return spec
