"""What differs between two training files, as far as it changes the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from featherface_edge.training.config.tables import Table, to_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from featherface_edge.training.config.records import TrainConfig

# What may change when a run goes on: where it is shown and how often it is saved, how many
# processes and threads work (sums may then round differently), when it ends early, and where the
# same photographs lie (their fingerprint is compared instead).
FREE = (
    "threads",
    "log.",
    "stop.",
    "loop.workers",
    "loop.save_every",
    "data.train",
    "data.teacher_guesses",
    "data.second_guesses",
    "distill.cache",
)
SHOWN = 60  # characters of a value in a message


def differences(there: TrainConfig, here: TrainConfig) -> list[str]:
    """One text for each key whose change would make it another run, with both values."""
    old, new = (dict(_flat(to_table(config))) for config in (there, here))
    keys = [*old, *(key for key in new if key not in old)]
    return [
        f"{key} is {_shown(old.get(key))} there and {_shown(new.get(key))} here"
        for key in keys
        if old.get(key) != new.get(key) and not key.startswith(FREE)
    ]


def _flat(table: Table, prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(cast("Table", value), f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _shown(value: object) -> str:
    text = "not set" if value is None else repr(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."
