"""All combinations of model, canvas, interpreter, precision and threads that can be had here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.bench.candidate import Candidate
from featherface_boards.bench.field import installed_engines
from featherface_boards.bench.results.naming import counted
from featherface_boards.bench.subject import ENGINE_OF, FORMAT_OF
from featherface_edge.errors import MissingDependencyError, UsageError
from featherface_edge.spec import from_json
from featherface_runtime.backends import BackendOptions, open_backend
from featherface_runtime.zoo import ORDER, SHELF, is_file, read_index, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from featherface_runtime.choice import Engine
    from featherface_runtime.zoo import Artifact, Index

_INT8 = "int8"
_KNOWN_AP = "average_precision"


@dataclass(frozen=True, slots=True)
class Arm:
    """A combination. model: as fe-camera takes it. size: (width, height) of the canvas, pixels.

    ap: mean average precision, 0 to 1.
    """

    candidate: Candidate
    model: str
    size: tuple[int, int]
    engine: Engine
    precision: str
    ap: float

    @property
    def threads(self) -> int:
        """Threads of one inference."""
        return self.candidate.threads

    @property
    def area(self) -> int:
        """Pixels of the canvas."""
        return self.size[0] * self.size[1]

    @property
    def kin(self) -> tuple[str, ...]:
        """What it shares with those that differ in the canvas alone."""
        return self.model, self.engine, self.precision, str(self.threads)

    def __str__(self) -> str:
        """Give it in words."""
        threads = counted(self.threads, "thread")
        size = "x".join(map(str, self.size))
        return f"{self.model} {size} {self.precision} on {self.engine}, {threads}"


@dataclass(frozen=True, slots=True)
class Field:
    """Which combinations take part; empty: all that there are.

    models: names of shipped networks, or files.
    """

    models: tuple[str, ...] = ()
    sizes: tuple[tuple[int, int], ...] = ()
    engines: tuple[Engine, ...] = ()
    threads: tuple[int, ...] = ()


def thread_counts() -> tuple[int, ...]:
    """Give 1, 2, 4 and so on, up to the processor's cores that this process may use."""
    cores = len(os.sched_getaffinity(0))
    powers = {1 << power for power in range(cores.bit_length()) if 1 << power <= cores}
    return tuple(sorted({*powers, cores}))


def arms(field: Field, folder: Path) -> list[Arm]:
    """Give the combinations; their model files are written to the folder.

    Raises: UsageError when a model is unknown, nothing is left, or the AP of a file is not known.
    MissingDependencyError when no interpreter is installed.
    """
    engines = field.engines or installed_engines()
    if not engines:
        raise MissingDependencyError("choosing a model", ORDER[0].package, ORDER[0].extra)
    files = [Path(each) for each in field.models if is_file(each)]
    names = [each for each in field.models if not is_file(each)]
    found = [_of_file(path) for path in files]
    if names or not files:
        found += _shipped(names, field, engines, folder)
    usable = [arm for arm in found if arm.engine in engines]
    if not usable:
        message = "no model of that name, size and interpreter is there: 'fe models' lists them"
        raise UsageError(message)
    threads = field.threads or thread_counts()
    return [_with(arm, count) for arm, count in product(usable, threads)]


def _with(arm: Arm, threads: int) -> Arm:
    candidate = Candidate(arm.candidate.path, threads)
    return Arm(candidate, arm.model, arm.size, arm.engine, arm.precision, arm.ap)


def _shipped(
    names: list[str], field: Field, engines: tuple[Engine, ...], folder: Path
) -> Iterator[Arm]:
    index = read_index(SHELF)
    known = [network.name for network in index.networks]
    for name in names:
        if name not in known:
            message = f"no model '{name}' is shipped, known are {', '.join(known)}: choose of them"
            raise UsageError(message)
    for artifact in index.artifacts:
        size = (artifact.width, artifact.height)
        named = not names or artifact.network in names
        if named and size in (field.sizes or (size,)) and ENGINE_OF[artifact.format] in engines:
            yield _of_artifact(artifact, index, folder)


def _of_artifact(artifact: Artifact, index: Index, folder: Path) -> Arm:
    path = unpack(artifact, index.archive(artifact), SHELF, folder)
    return Arm(
        Candidate(str(path)),
        artifact.network,
        (artifact.width, artifact.height),
        ENGINE_OF[artifact.format],
        _INT8,
        artifact.precision.mean,
    )


def _of_file(path: Path) -> Arm:
    backend = open_backend(path, BackendOptions(1))
    try:
        spec = from_json(backend.manifest)
    finally:
        backend.close()
    ap = (spec.proof or {}).get(_KNOWN_AP)
    if not isinstance(ap, float):
        message = (
            f"{path} does not tell its average precision, wanted a file that was proven with "
            "labelled photographs: convert it with --ground-truth, or name shipped models"
        )
        raise UsageError(message)
    size = (spec.preprocessing.width, spec.preprocessing.height)
    engine = ENGINE_OF[FORMAT_OF[path.suffix.lower()]]
    return Arm(Candidate(str(path)), str(path), size, engine, spec.precision, ap)
