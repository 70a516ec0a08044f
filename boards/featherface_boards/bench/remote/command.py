"""fe-bench --ssh: the same measurement on another machine, and its result here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.bench.files import from_json, write_runs
from featherface_boards.bench.remote.luggage import Luggage
from featherface_boards.bench.remote.script import RESULT
from featherface_boards.bench.remote.session import remote, run_there
from featherface_boards.bench.summary import table
from featherface_edge.errors import UsageError
from featherface_edge.spec import parts, require_parts
from featherface_runtime.zoo import is_file

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from featherface_boards.bench.remote.session import Answer


def _sizes(values: tuple[tuple[int, int], ...]) -> str:
    return ",".join(f"{width}x{height}" for width, height in values)


def _listed(values: tuple[object, ...]) -> str:
    return ",".join(map(str, values))


# Flags that go along as they are: how their values are written, or nothing where they have none.
ALONG: Mapping[str, Callable[..., str] | None] = {
    "size": _sizes,
    "backend": _listed,
    "threads": _listed,
    **dict.fromkeys(("provider", "camera", "seconds", "starts", "sustained"), str),
    **dict.fromkeys(("min_ap", "max_p99", "max_energy"), str),
    **dict.fromkeys(("operators", "pick")),
}
FOLDERS = ("photos", "peers")  # flags whose folders go along
HERE = ("ssh", "out", "against", "words")  # what is dealt with here


def run(words: list[str], args: argparse.Namespace) -> int:
    """Measure over there; show the result, and write it to --out; give the exit status.

    Raises: UsageError when the machine cannot be reached, or a file cannot be taken along.
    """
    machine = remote(args.ssh)
    arguments, luggage = packed_words(words, args)
    if args.pick:
        answer = run_there(machine, arguments, luggage)
        sys.stdout.write(answer.text)
    else:
        answer = run_there(machine, [*arguments, "--out", RESULT], luggage)
        _show(answer, args)
    return answer.status


def packed_words(words: list[str], args: argparse.Namespace) -> tuple[list[str], Luggage]:
    """Give the arguments of `fe` over there, and the files that they name."""
    files: dict[str, Path] = {}
    arguments = ["bench", *(_model(word, files) for word in words)]
    for name, written in ALONG.items():
        value = getattr(args, name)
        if value not in (None, "", (), False):
            flag = f"--{name.replace('_', '-')}"
            arguments += [flag] if written is None else [f"{flag}={written(value)}"]
    for name in FOLDERS:
        folder = getattr(args, name)
        if folder is not None:
            files[name] = folder
            arguments.append(f"--{name}={name}")
    for word in args.against:
        arguments.append(f"--against={_against(word, files)}")
    return arguments, Luggage(files)


def _model(word: str, files: dict[str, Path]) -> str:
    """Give what the model is called over there."""
    if not is_file(word):
        return word
    require_parts(Path(word))
    folder = f"models/{len(files)}"
    files.update({f"{folder}/{part.name}": part for part in parts(Path(word))})
    return f"{folder}/{Path(word).name}"


def _against(word: str, files: dict[str, Path]) -> str:
    path = Path(word)
    if not path.exists():
        return word
    place = f"against/{len(files)}/{path.resolve().name}"
    files[place] = path
    return place


def _show(answer: Answer, args: argparse.Namespace) -> None:
    try:
        runs = from_json(answer.text)
    except ValueError as error:
        message = f"{args.ssh} sent no result ({error}): try 'ssh {args.ssh} true'"
        raise UsageError(message) from error
    sys.stdout.write(table(runs) + "\n")
    if args.out:
        write_runs(args.out, runs)
