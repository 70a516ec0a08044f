"""Files of a run on a disk that may be full."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from safetensors import SafetensorError

from featherface_edge.errors import CheckpointError
from featherface_edge.files import replacing

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

TORCH_WRITER = ("inline_container", "PytorchStreamWriter", "iostream")  # in its errors' texts


@contextmanager
def writing(path: Path) -> Generator[None, None, None]:
    """Let a block write to path; what stops it there becomes one clear error.

    Raises: CheckpointError when the disk is full or the path cannot be written.
    """
    try:
        yield
    except (OSError, SafetensorError) as error:
        raise _unwritten(path, error) from error
    except RuntimeError as error:  # torch.save has no error of its own
        if not any(text in str(error) for text in TORCH_WRITER):
            raise
        raise _unwritten(path, error) from error


@contextmanager
def saving(path: Path) -> Generator[Path, None, None]:
    """Give a path to write; in the end the file there becomes `path`, whole and on the disk.

    Raises: CheckpointError when it cannot be written; what `path` held before stays.
    """
    with writing(path), replacing(path) as fresh:
        yield fresh
        with fresh.open("rb") as stream:
            os.fsync(stream.fileno())


def _unwritten(path: Path, error: Exception) -> CheckpointError:
    return CheckpointError(
        f"{path} could not be written ({_reason(path, error)}): the last saved state stays; "
        "make room there, then give the same command to go on"
    )


def _reason(path: Path, error: BaseException) -> str:
    """What the system said; PyTorch's writer sometimes hides it."""
    for cause in (error, error.__context__):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
    said = str(error).splitlines()[0]
    if isinstance(error, SafetensorError):
        return said
    folder = next(each for each in path.absolute().parents if each.is_dir())
    return f"{said[:80]}; {shutil.disk_usage(folder).free:,} bytes are free"
