"""Where a pruning run keeps what each stage leaves, and how long the stages took."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from featherface_edge.errors import PruningError
from featherface_edge.files import write_text
from featherface_edge.training.config.reader import to_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path

    from featherface_edge.pruning.config import PruneConfig


@dataclass(frozen=True, slots=True)
class Workplace:
    """A run's configuration, its folder, and who is told what happens."""

    config: PruneConfig
    folder: Path
    say: Callable[[str], None]

    @property
    def journal(self) -> Path:
        """The trials of the search, of all its workers."""
        return self.folder / "search" / "trials.log"

    @property
    def contest(self) -> Path:
        """The other methods' trials, and the comparison with them."""
        return self.folder / "contest"

    @property
    def latency(self) -> Path:
        """The latency table's measurements."""
        return self.folder / "search" / "latency.json"

    @property
    def rates(self) -> Path:
        """What the search chose."""
        return self.folder / "rates.json"

    @property
    def soft(self) -> Path:
        """The run folder of the soft pruning."""
        return self.folder / "soft"

    @property
    def plan(self) -> Path:
        """The channels that are kept."""
        return self.folder / "plan.json"

    @property
    def slim(self) -> Path:
        """The network without its channels, before fine-tuning."""
        return self.folder / "slim.safetensors"

    @property
    def removal(self) -> Path:
        """How far the slim network is from the silenced one."""
        return self.folder / "removal.json"

    @property
    def tuned(self) -> Path:
        """The run folder of the fine-tuning."""
        return self.folder / "tune"

    @property
    def result(self) -> Path:
        """The weights that the run is for."""
        return self.folder / f"{self.config.name}.safetensors"

    @property
    def proofs(self) -> Path:
        """The figures of the INT8 artifacts."""
        return self.folder / "proofs.json"

    @property
    def artifacts(self) -> Path:
        """The folder of the INT8 artifacts."""
        return self.folder / "artifacts"

    @property
    def seconds(self) -> Mapping[str, float]:
        """How long each stage took, over all sittings."""
        file = self.folder / "seconds.json"
        return cast("dict[str, float]", read_json(file)) if file.is_file() else {}

    def open(self) -> None:
        """Makes the folder, or makes sure that it is of a run of the same configuration.

        Raises: PruningError when another run was begun there.
        """
        file, text = self.folder / "prune.toml", to_toml(self.config)
        if file.is_file() and file.read_text(encoding="utf-8") != text:
            raise PruningError(
                f"{self.folder} holds a run of another configuration ({file.name} differs): "
                "give another folder, or the same options to go on"
            )
        self.journal.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, text)

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """A block whose time counts for a stage, even when it is cut short."""
        self.say(f"stage: {name}")
        began = time.monotonic()
        try:
            yield
        finally:
            known = dict(self.seconds)
            known[name] = known.get(name, 0.0) + time.monotonic() - began
            write_text(self.folder / "seconds.json", json.dumps(known, indent=1) + "\n")


def read_json(file: Path) -> object:
    """What a file of this run holds.

    Raises: PruningError when it is damaged.
    """
    try:
        value: object = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PruningError(f"{file} cannot be read ({error}): remove it to repeat it") from error
    return value
