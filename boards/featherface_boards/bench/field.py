"""Who takes part: models, their sizes, interpreters and threads, and other projects' networks."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_boards.bench.candidate import Candidate
from featherface_boards.bench.peer import peer_candidates
from featherface_edge.errors import UsageError
from featherface_edge.quiet import quiet
from featherface_edge.spec import from_json
from featherface_runtime.backends import BackendOptions, open_backend
from featherface_runtime.choice import FORMATS
from featherface_runtime.zoo import ORDER, Shipped, is_file, model_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

    from featherface_runtime.choice import Engine
    from featherface_runtime.zoo import Format


@dataclass(frozen=True, slots=True)
class Wish:
    """What a user wants measured.

    models: names of shipped ones, or files; none: the zoo's default. sizes: of shipped ones, none:
    the zoo's default. engines: of shipped ones, none: the best that is installed. against: other
    projects' networks: the beginnings of their names, files or folders. peers: where names are
    looked for.
    """

    models: tuple[str, ...] = ()
    sizes: tuple[tuple[int, int], ...] = ()
    engines: tuple[Engine, ...] = ()
    threads: tuple[int, ...] = (1,)
    provider: str = ""
    against: tuple[str, ...] = ()
    peers: Path | None = None


def installed_engines() -> tuple[Engine, ...]:
    """Give the interpreters that are there, the best first."""
    there = {each.format for each in ORDER if find_spec(each.package)}
    return tuple(engine for engine, format_ in FORMATS.items() if format_ in there)


def field(wish: Wish, stack: ExitStack) -> tuple[Candidate, ...]:
    """Give everyone who takes part; files of shipped models are there until the stack is closed.

    Raises: UsageError when something is not shipped, or a file is asked for in another form.
    MissingDependencyError when no interpreter is installed.
    """
    paths = [path for model in wish.models or ("",) for path in _files(model, wish, stack)]
    own = [
        Candidate(str(path), threads, wish.provider)
        for path, threads in product(paths, wish.threads)
    ]
    return (*own, *_peers(wish, own[0]))


def _files(model: str, wish: Wish, stack: ExitStack) -> Iterator[Path]:
    if is_file(model):
        if wish.sizes or wish.engines:
            raise UsageError(
                f"{model} has a size and a format of its own: leave out --size and --backend"
            )
        yield Path(model)
        return
    formats: tuple[Format | None, ...] = tuple(FORMATS[each] for each in wish.engines) or (None,)
    for size, format_ in product(wish.sizes or (None,), formats):
        yield stack.enter_context(model_file(Shipped(model, size, format_)))


def _peers(wish: Wish, first: Candidate) -> Iterator[Candidate]:
    if wish.against:
        size = _canvas(first)
        for word, threads in product(wish.against, wish.threads):
            yield from peer_candidates(word, wish.peers, size, threads)


def _canvas(candidate: Candidate) -> tuple[int, int]:
    """Give the (width, height) that a model of ours sees."""
    with quiet():  # interpreters greet
        backend = open_backend(Path(candidate.path), BackendOptions(candidate.threads))
        backend.close()
    size = from_json(backend.manifest).preprocessing
    return size.width, size.height
