"""The profiles that come with this package, and the user's own."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.bench.plain import built
from featherface_boards.records import Hardware, Profile
from featherface_edge.errors import BoardProfileError
from featherface_edge.spec.fields import items, members, text
from featherface_runtime.choice import SECTION, user_file, user_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_boards.probe.board import Board
    from featherface_edge.spec import JsonValue

_LIKE = "like"
SHELF = Path(str(files("featherface_boards") / "profiles"))


def shelved() -> tuple[str, ...]:
    """Give the names of the shipped profiles, in order."""
    return tuple(sorted(file.stem for file in SHELF.glob("*.toml")))


def load(name: str) -> Profile:
    """Give the profile of this name, or of this file.

    Raises: BoardProfileError when there is none, or it says what cannot be; MissingDependencyError
    on Python 3.10 without the extra bench.
    """
    file = SHELF / f"{name}.toml"
    if name not in shelved():
        file = Path(name)
        if not file.is_file():
            near = get_close_matches(name, shelved(), 1)
            hint = f"did you mean {near[0]}? Known" if near else "known"
            message = f"there is no profile {name}: {hint} are {', '.join(shelved())}, or a file"
            raise BoardProfileError(message)
    return _profile(file, user_table(file) or {})


def every() -> tuple[Profile, ...]:
    """Give the shipped profiles, in the order of their names."""
    return tuple(map(load, shelved()))


def own() -> Profile | None:
    """Give the profile that the user wrote for this board; None where there is none.

    Raises: as `load`.
    """
    file = user_file()
    table = user_table(file) or {}
    return _profile(file, table) if set(table) - {SECTION} else None


def current(board: Board) -> Profile | None:
    """Give the user's own profile, else the shipped one that fits the board; None without both.

    Raises: as `load`.
    """
    return own() or matching(board)


def matching(board: Board, profiles: Sequence[Profile] | None = None) -> Profile | None:
    """Give the profile of a board; None where none fits. profiles: None: the shipped ones.

    The most exact name of the device tree decides; without any, the first general profile that
    fits, those that ask for something before those for every machine.
    """
    given = every() if profiles is None else profiles
    for name in board.compatible:
        for each in given:
            if name in each.hardware.compatible:
                return each
    general = [each for each in given if not each.hardware.compatible]
    asking_first = sorted(general, key=lambda each: not each.hardware.known_by)
    return next((each for each in asking_first if _fits(each.hardware, board)), None)


def _fits(hardware: Hardware, board: Board) -> bool:
    wanted = hardware.known_by
    return hardware.arch == board.arch and (not wanted or bool(set(wanted) & set(board.features)))


def _profile(file: Path, table: Mapping[str, JsonValue]) -> Profile:
    given = {key: value for key, value in table.items() if key != SECTION}
    try:
        return built(Profile, {**_over(given), "name": file.stem}, "the profile")
    except (ValueError, BoardProfileError) as error:
        message = f"{file}: {error}: correct it (docs/boards.md)"
        raise BoardProfileError(message) from error


def _over(table: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """Give the table with what it leaves to the profile that it is like; traps add up."""
    if _LIKE not in table:
        return table
    base = _over(_shipped(text(table[_LIKE], _LIKE)))
    own = {key: value for key, value in table.items() if key != _LIKE}
    sections = {
        name: {**members(base[name], name), **members(own.get(name, {}), name)}
        for name in ("hardware", "advice")
    }
    traps = [each for part in (base, own) for each in items(part.get("traps", []), "traps")]
    return {**base, **own, **sections, "traps": traps}


def _shipped(name: str) -> Mapping[str, JsonValue]:
    if name not in shelved():
        message = f"there is no profile {name}: known are {', '.join(shelved())}"
        raise BoardProfileError(message)
    return user_table(SHELF / f"{name}.toml") or {}
