"""Training and pruning files: TOML in, a record out, and back."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Generic

import tomli_w

from featherface_edge.errors import UsageError
from featherface_edge.training.config.overrides import apply
from featherface_edge.training.config.records import TrainConfig
from featherface_edge.training.config.tables import (
    Place,
    Record,
    Table,
    UnknownKeyError,
    dotted_keys,
    to_record,
    to_table,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Sequence

NEAREST = 3  # names that a message suggests


@dataclass(frozen=True, slots=True)
class Kind(Generic[Record]):
    """A kind of file: the record it becomes, the folder of its presets, and what it is called."""

    record: type[Record]
    presets: Path
    name: str

    @property
    def preset_names(self) -> tuple[str, ...]:
        """The names of the files that come with this package, in order."""
        return tuple(sorted(file.stem for file in self.presets.glob("*.toml")))


def preset_folder(package: str) -> Path:
    """The folder of the presets that a package holds."""
    return Path(str(files(package) / "presets"))


TRAINING = Kind(TrainConfig, preset_folder("featherface_edge.training.config"), "training")


def read_config(path: Path, overrides: Sequence[str] = ()) -> TrainConfig:
    """The configuration of a training file, as `read_record` gives it."""
    return read_record(TRAINING, path, overrides)


def read_record(kind: Kind[Record], path: Path, overrides: Sequence[str] = ()) -> Record:
    """The record of a file, or of a shipped preset of this name.

    overrides: `section.key=value` with a TOML value; texts, paths and choices need no quotes, and
    `section.key=` brings the default back. Relative paths start at the file's folder, those of
    overrides and presets at the working directory; all become absolute.

    Raises: UsageError when the file or an override cannot be read, a key is unknown or missing, or
    a value has the wrong type or range.
    """
    file, base = _located(kind, path)
    table = _parsed(kind, path, file)
    shown = " ".join([str(path), *(["with"] if overrides else []), *map(_printable, overrides)])
    try:
        for override in overrides:
            apply(table, override, kind.record)
        return to_record(kind.record, table, Place("", base))
    except UnknownKeyError as error:
        raise UsageError(f"{shown}: {_advice(kind, error)}") from error
    except ValueError as error:
        raise UsageError(f"{shown}: {error}") from error


def to_toml(config: object) -> str:
    """The file of a record; `read_record` of it gives the same one."""
    return tomli_w.dumps(to_table(config))


def presets() -> tuple[str, ...]:
    """The names of the training files that come with this package, in order."""
    return TRAINING.preset_names


def _located(kind: Kind[Record], path: Path) -> tuple[Path, Path]:
    """The file that is meant, and the folder that its relative paths start from."""
    if not path.exists() and str(path) in kind.preset_names:
        return kind.presets / f"{path}.toml", Path()
    return path, path.parent


def _parsed(kind: Kind[Record], path: Path, file: Path) -> Table:
    text = _text(kind, path, file)
    try:
        return tomllib.loads(text)
    except ValueError as error:  # no TOML, or a number of thousands of digits
        end = f"at line {max(len(text.splitlines()), 1)}, the last"
        said = str(error).replace("at end of document", end)
        raise UsageError(f"{path} is no TOML: {said}: mend it") from error


def _text(kind: Kind[Record], path: Path, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        names = ", ".join(kind.preset_names)
        known = " or one of ".join([f"a {kind.name} file", *filter(None, [names])])
        raise UsageError(f"{path} does not exist: give {known}") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): give another") from error
    except ValueError as error:  # no UTF-8
        raise UsageError(f"{path} is no TOML: {error}: give a text in UTF-8") from error


def _printable(override: str) -> str:
    return override if override.isprintable() else repr(override)


def _advice(kind: Kind[Record], error: UnknownKeyError) -> str:
    """What to write instead of an unknown key."""
    section, _, last = error.key.rpartition(".")
    if not error.known:
        return f"there is no key {error.key}: {section} is no section"
    near = [f"{section}.{name}".lstrip(".") for name in get_close_matches(last, error.known)]
    near = near or _elsewhere(kind, last)
    hint = f"did you mean {' or '.join(near[:NEAREST])}? " if near else ""
    where = f"in {section}" if section else "at the top"
    return f"there is no key {error.key}: {hint}Known {where} are {', '.join(error.known)}"


def _elsewhere(kind: Kind[Record], last: str) -> list[str]:
    """The keys of other sections whose last part is like this one, the most similar first."""
    ends: dict[str, list[str]] = {}
    for name in dotted_keys(kind.record):
        ends.setdefault(name.rpartition(".")[2], []).append(name)
    return [name for end in get_close_matches(last, ends) for name in ends[end]]
