"""Files of measurements: JSON, one list of runs each."""

from __future__ import annotations

import json
from math import isinf
from typing import TYPE_CHECKING

from featherface_boards.bench.plain import built, plain
from featherface_boards.bench.record import SCHEMA_VERSION, Run
from featherface_edge.errors import UsageError
from featherface_edge.files import write_text
from featherface_edge.spec.fields import items, record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from featherface_edge.spec import JsonValue

_VERSION_KEY, _RUNS_KEY = "schema_version", "runs"


def to_json(runs: Sequence[Run]) -> str:
    """Give the runs as JSON text."""
    whole = {_VERSION_KEY: SCHEMA_VERSION, _RUNS_KEY: [plain(run) for run in runs]}
    return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(source: str) -> tuple[Run, ...]:
    """Give the runs that the text holds.

    Raises: ValueError, naming the place, when it is no JSON, of another version or incomplete.
    """
    value: JsonValue = json.loads(source, parse_constant=_refuse, parse_float=_finite)
    found = record(value, "the file", [_VERSION_KEY, _RUNS_KEY])
    version = found[_VERSION_KEY]
    if version != SCHEMA_VERSION:
        known = f"this release knows {SCHEMA_VERSION}"
        raise ValueError(f"{_VERSION_KEY} is {version!r}, {known}: update featherface-edge")
    listed = items(found[_RUNS_KEY], _RUNS_KEY)
    return tuple(built(Run, each, f"runs[{place}]") for place, each in enumerate(listed))


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} stands there, wanted a number")


def _finite(written: str) -> float:
    value = float(written)
    if isinf(value):
        raise ValueError(f"{written:.20} stands there, wanted a number that a float can hold")
    return value


def read_runs(path: Path) -> tuple[Run, ...]:
    """Give the runs of a file.

    Raises: UsageError when it cannot be read or does not hold.
    """
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): name a result file") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no result of fe-bench ({error}): measure again") from error


def write_runs(path: Path, runs: Sequence[Run]) -> None:
    """Write the runs to a file, whole or not at all.

    Raises: UsageError when it cannot be written.
    """
    try:
        write_text(path, to_json(runs))
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): choose another") from error
