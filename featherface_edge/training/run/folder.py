"""The folder of a run: what was wanted, on what data, where, and what came of it."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Mapping  # noqa: TC003 - records are read back from JSON
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, TypeVar

from featherface_edge.errors import CheckpointError, UsageError
from featherface_edge.files import write_text
from featherface_edge.training.config.differences import differences
from featherface_edge.training.config.reader import read_config, to_toml
from featherface_edge.training.config.tables import Place, to_record
from featherface_edge.training.run.environment import Environment, environment
from featherface_edge.training.run.locks import locked
from featherface_edge.training.run.saving import saving, writing

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from featherface_edge.training.config.records import TrainConfig

__all__ = ["RunData", "RunFolder", "Sittings", "saving", "writing"]

CONFIG, DATA, ENVIRONMENT, LOCK = "config.toml", "data.json", "environment.json", ".lock"
STATE, BEST, LAST = "state.pt", "best.safetensors", "last.safetensors"
BAD_BATCH, METRICS, CURVES, CARD = "bad-batch.pt", "metrics.jsonl", "curves.png", "card.md"
WRITTEN = (CONFIG, DATA, ENVIRONMENT, STATE, BEST, LAST, BAD_BATCH, METRICS, CURVES, CARD)
SHOWN = 3  # differences listed in a message

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class RunData:
    """What a run learns from: the fingerprint of its photographs, and free counts by name."""

    fingerprint: str
    counts: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Sittings:
    """Where a run took place: its name for others, and an environment for each start."""

    run: str
    sittings: tuple[Environment, ...]


class RunFolder:
    """The files of a run, by name.

    The main process opens it, which locks the folder against other runs until it is closed or the
    process ends; the other processes of the same run make it of its path.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None
        self.state = path / STATE
        self.best = path / BEST
        self.last = path / LAST
        self.bad_batch = path / BAD_BATCH
        self.metrics = path / METRICS
        self.curves = path / CURVES
        self.card = path / CARD
        self.tensorboard = path / "tensorboard"

    @classmethod
    def open(
        cls,
        folder: Path,
        config: TrainConfig,
        data_fingerprint: str,
        counts: Mapping[str, int] | None = None,
    ) -> RunFolder:
        """The folder of a new run, or of one of the same configuration and data, to go on.

        A folder in which nothing was learnt yet takes any configuration.

        Raises: UsageError when the folder holds something else; CheckpointError when another
        process writes there, another run was begun there, or it cannot be written.
        """
        run = cls(folder)
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            _refuse_foreign(folder)
            run._lock = locked(folder / LOCK)
        try:
            run._enter(config, RunData(data_fingerprint, counts or {}))
        except BaseException:
            run.close()
            raise
        return run

    @property
    def config(self) -> TrainConfig:
        """What config.toml says."""
        try:
            return read_config(self.path / CONFIG)
        except UsageError as error:
            raise CheckpointError(f"{error}: give another folder to begin anew") from error

    @property
    def data(self) -> RunData:
        """What data.json says."""
        return _read_json(self.path / DATA, RunData)

    @property
    def environments(self) -> Sittings:
        """What environment.json says."""
        return _read_json(self.path / ENVIRONMENT, Sittings)

    def close(self) -> None:
        """Let other processes open the folder."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _enter(self, config: TrainConfig, data: RunData) -> None:
        begun = any(file.exists() for file in (self.state, self.best, self.last))
        if begun:
            self._refuse_another(config, data)
        earlier = self.environments if begun else Sittings(uuid.uuid4().hex[:12], ())
        now = Sittings(earlier.run, (*earlier.sittings, environment()))
        with writing(self.path):
            _clear_leftovers(self.path)
            write_text(self.path / DATA, json.dumps(asdict(data), indent=2) + "\n")
            write_text(self.path / ENVIRONMENT, json.dumps(asdict(now), indent=2) + "\n")
            write_text(self.path / CONFIG, to_toml(config))

    def _refuse_another(self, config: TrainConfig, data: RunData) -> None:
        found = differences(self.config, config)
        if self.data.fingerprint != data.fingerprint:
            found.append(
                f"the photographs' fingerprint is {self.data.fingerprint[:12]} there and "
                f"{data.fingerprint[:12]} here"
            )
        if found:
            more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
            raise CheckpointError(
                f"{self.path} holds another run: {'; '.join(found[:SHOWN])}{more}: "
                "give the same values to go on, or another folder to begin anew"
            )


def _refuse_foreign(folder: Path) -> None:
    """A folder is new, or a run's; what a start left that did not get far is overwritten."""
    if (folder / CONFIG).exists():
        return
    ours = {LOCK, DATA, ENVIRONMENT}
    foreign = sorted(
        file.name for file in folder.iterdir() if file.name not in ours and not _is_leftover(file)
    )
    if foreign:
        raise UsageError(
            f"{folder} holds {foreign[0]} and no run: give a new or empty folder for the run"
        )


def _is_leftover(found: Path) -> bool:
    """Whether a killed process left this folder when it wrote one of a run's files."""
    return found.is_dir() and found.name.startswith(tuple(f".{name}." for name in WRITTEN))


def _clear_leftovers(folder: Path) -> None:
    for found in folder.iterdir():
        if _is_leftover(found):
            shutil.rmtree(found)


def _read_json(file: Path, kind: type[Record]) -> Record:
    try:
        return to_record(kind, json.loads(file.read_text(encoding="utf-8")), Place("", file.parent))
    except (OSError, ValueError) as error:
        raise CheckpointError(
            f"{file} cannot be read ({error}): give another folder to begin anew"
        ) from error
