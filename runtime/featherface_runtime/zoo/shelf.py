"""Where the shipped models lie, and how one is had as a file."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_runtime.backends import BACKENDS
from featherface_runtime.zoo.choosing import Shipped, choose
from featherface_runtime.zoo.index_file import read_index
from featherface_runtime.zoo.packing import unpack

if TYPE_CHECKING:
    from collections.abc import Generator

SHELF = Path(str(files("featherface_runtime") / "zoo" / "models"))


@contextmanager
def model_file(source: Path | str | Shipped, shelf: Path = SHELF) -> Generator[Path, None, None]:
    """Give the file of a model; that of a shipped one is gone after the block.

    source: a path stands for itself. A text is a path where it ends like a model file or a file
    lies there, and else the name of a shipped network.

    Raises: UsageError when no such model is shipped. ModelFileError when its archive is spoilt.
    MissingDependencyError when no interpreter of it is installed.
    """
    if isinstance(source, Path) or (isinstance(source, str) and is_file(source)):
        yield Path(source)
        return
    index = read_index(shelf)
    artifact = choose(Shipped(source) if isinstance(source, str) else source, index)
    with tempfile.TemporaryDirectory(prefix="featherface-") as folder:
        yield unpack(artifact, index.archive(artifact), shelf, Path(folder))


def is_file(model: str) -> bool:
    """Give whether the text means a model file, and not the name of a shipped network."""
    path = Path(model)
    return path.suffix.lower() in BACKENDS or path.is_file()


def is_model(text: str, shelf: Path = SHELF) -> bool:
    """Give whether the text is a model file or a shipped network, and nothing to look at."""
    if Path(text).suffix.lower() in BACKENDS:
        return True
    return not Path(text).exists() and any(
        network.name == text for network in read_index(shelf).networks
    )
