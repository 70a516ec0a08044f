"""The model and interpreter chosen for this board, in the user's own profile."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from featherface_edge.errors import BoardProfileError
from featherface_edge.files import write_text
from featherface_edge.spec.fields import members, record, text, whole, wholes
from featherface_runtime.toml import loads, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_edge.spec import JsonValue
    from featherface_runtime.zoo import Format

Engine = Literal["litert", "openvino", "onnx"]
FORMATS: Mapping[Engine, Format] = {"litert": "tflite", "openvino": "openvino", "onnx": "onnx"}
VARIABLE = "FEATHERFACE_CONFIG"
SECTION = "choice"


@dataclass(frozen=True, slots=True)
class Choice:
    """What runs on this board.

    model: a network of the zoo, or a model file. engine: the interpreter, by the name of the extra
    that brings it. precision: as the model's manifest has it, such as int8. threads: of one
    inference. size: (width, height) of the canvas, pixels. provider: of the engine, empty: the
    processor. board: the fingerprint of the board that it was measured on, empty: not measured.
    reason: what was measured, in words.

    Raises: BoardProfileError for values that cannot be.
    """

    model: str
    engine: Engine
    precision: str
    threads: int
    size: tuple[int, int]
    provider: str = ""
    board: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        wrong = [name for name in ("model", "precision") if not getattr(self, name)]
        if wrong:
            message = f"the choice has an empty {wrong[0]}: name one"
            raise BoardProfileError(message)
        if self.engine not in get_args(Engine):
            message = f"engine = {self.engine!r} is unknown: wanted {' or '.join(get_args(Engine))}"
            raise BoardProfileError(message)
        if self.threads < 1 or len(self.size) != len(("width", "height")) or min(self.size) < 1:
            message = (
                f"threads = {self.threads} and size = {list(self.size)} are not understood: wanted "
                "1 or more threads and [width, height] in pixels"
            )
            raise BoardProfileError(message)

    @property
    def format(self) -> Format:
        """The format of the zoo that the engine runs."""
        return FORMATS[self.engine]


def user_file() -> Path:
    """Give the file of the user's own profile, which need not exist.

    It is board.toml in the folder featherface of the user's configuration, unless the variable
    FEATHERFACE_CONFIG names another file.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    folder = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(folder) if Path(folder).is_absolute() else _home() / ".config"
    return base / "featherface" / "board.toml"


def _home() -> Path:
    """Give the user's home, the root for one who has none, as in a container."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


def user_table(file: Path) -> Mapping[str, JsonValue] | None:
    """Give all that the user's own profile says; None where there is no such file.

    Raises: BoardProfileError when it cannot be read; MissingDependencyError on Python 3.10 without
    the extra bench.
    """
    try:
        return loads(file.read_text(encoding="utf-8"), str(file), "bench")
    except FileNotFoundError:
        return None
    except OSError as error:
        message = (
            f"{file} cannot be read ({error.strerror}): mend it, or name another in {VARIABLE}"
        )
        raise BoardProfileError(message) from error
    except ValueError as error:  # also of what is not UTF-8
        message = f"{file} is no TOML file ({error}): correct it"
        raise BoardProfileError(message) from error


def read(file: Path | None = None) -> Choice | None:
    """Give the choice in the user's own profile; None where nothing was chosen.

    file: None: that of `user_file`.

    Raises: BoardProfileError when the file cannot be read or says what cannot be;
    MissingDependencyError on Python 3.10 without the extra bench.
    """
    file = file or user_file()
    table = user_table(file)
    if table is None or SECTION not in table:
        return None
    try:
        return _choice(table[SECTION])
    except (ValueError, BoardProfileError) as error:
        message = f"{file}: {error}: correct it, or choose anew with fe-bench --pick"
        raise BoardProfileError(message) from error


def write(choice: Choice, file: Path | None = None) -> Path:
    """Put the choice into the user's own profile; give the file.

    What else stands there stays as it is.

    Raises: BoardProfileError when the file cannot be read or written, or has the choice in another
    form than a section [choice].
    """
    file = file or user_file()
    before = user_table(file)
    kept = "" if before is None else _without_section(file.read_text(encoding="utf-8"))
    _require_rest(file, kept, before or {})
    try:
        write_text(file, f"{kept}\n{section(choice)}".lstrip("\n"))
    except OSError as error:
        message = f"{file} cannot be written ({error.strerror}): name another in {VARIABLE}"
        raise BoardProfileError(message) from error
    return file


def _choice(value: JsonValue) -> Choice:
    texts = [each.name for each in fields(Choice) if each.name not in ("threads", "size")]
    given = {**dict.fromkeys(texts[-3:], ""), **members(value, SECTION)}
    found = record(given, SECTION, [each.name for each in fields(Choice)])
    width_height = wholes(found["size"], f"{SECTION}.size")
    words = {name: text(found[name], f"{SECTION}.{name}") for name in texts}
    return Choice(
        **cast("dict[str, Engine]", words),
        threads=whole(found["threads"], f"{SECTION}.threads"),
        size=cast("tuple[int, int]", width_height),
    )


def _require_rest(file: Path, kept: str, before: Mapping[str, JsonValue]) -> None:
    """Raise BoardProfileError unless `kept` says all that stood there but the choice."""
    try:
        same = loads(kept, str(file), "bench") == {
            key: value for key, value in before.items() if key != SECTION
        }
    except ValueError:  # a text of several lines was cut
        same = False
    if not same:
        message = f"{file} has a choice in another form than [{SECTION}]: take it out of the file"
        raise BoardProfileError(message)


def _without_section(before: str) -> str:
    kept: list[str] = []
    inside = False
    for line in before.split("\n"):  # TOML knows no other ends of lines
        if line.startswith("["):
            inside = line.split("#")[0].strip() == f"[{SECTION}]"
        if not inside:
            kept.append(line)
    rest = "\n".join(kept).rstrip()
    return f"{rest}\n" if rest else ""


def section(choice: Choice) -> str:
    """Give the choice as it stands in the user's own profile."""
    pairs = ((each.name, getattr(choice, each.name)) for each in fields(choice))
    lines = [f"{name} = {written(value)}" for name, value in pairs if value]
    return "\n".join([f"[{SECTION}]", *lines, ""])
