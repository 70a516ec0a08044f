"""The profiles that come with this package, and the user's own."""

from __future__ import annotations

from dataclasses import fields
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, cast

from featherface_boards.records import Advice, Hardware, Profile, Trap
from featherface_edge.errors import BoardProfileError
from featherface_edge.spec.fields import items, members, names, record, text, whole, wholes
from featherface_runtime.choice import SECTION, user_file, user_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_boards.probe.board import Board
    from featherface_edge.spec import JsonValue
    from featherface_runtime.choice import Engine

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
    try:
        found = record(
            {"traps": [], **{key: table[key] for key in table if key != SECTION}},
            "the profile",
            ["title", "family", "install", "hardware", "advice", "traps"],
        )
        return Profile(
            name=file.stem,
            title=text(found["title"], "title"),
            family=text(found["family"], "family"),
            hardware=_hardware(found["hardware"]),
            advice=_advice(found["advice"]),
            install=names(found["install"], "install"),
            traps=tuple(_trap(each) for each in items(found["traps"], "traps")),
        )
    except (ValueError, BoardProfileError) as error:
        message = f"{file}: {error}: correct it (docs/boards.md)"
        raise BoardProfileError(message) from error


def _hardware(value: JsonValue) -> Hardware:
    blank: dict[str, JsonValue] = {
        "compatible": [],
        "known_by": [],
        "memory_mb": [],
        "features": [],
    }
    given = {**blank, "cores": 0, **members(value, "hardware")}
    found = record(given, "hardware", [each.name for each in fields(Hardware)])
    return Hardware(
        soc=text(found["soc"], "hardware.soc"),
        arch=text(found["arch"], "hardware.arch"),
        compatible=names(found["compatible"], "hardware.compatible"),
        known_by=names(found["known_by"], "hardware.known_by"),
        cores=whole(found["cores"], "hardware.cores"),
        memory_mb=wholes(found["memory_mb"], "hardware.memory_mb"),
        features=names(found["features"], "hardware.features"),
    )


def _advice(value: JsonValue) -> Advice:
    found = record(value, "advice", [each.name for each in fields(Advice)])
    return Advice(
        engine=cast("Engine", text(found["engine"], "advice.engine")),
        reason=text(found["reason"], "advice.reason"),
        precision=text(found["precision"], "advice.precision"),
        threads=whole(found["threads"], "advice.threads"),
        size=cast("tuple[int, int]", wholes(found["size"], "advice.size")),
        model=text(found["model"], "advice.model"),
        camera=text(found["camera"], "advice.camera"),
    )


def _trap(value: JsonValue) -> Trap:
    found = record(value, "a trap", [each.name for each in fields(Trap)])
    return Trap(**{name: text(each, f"{name} of a trap") for name, each in found.items()})
