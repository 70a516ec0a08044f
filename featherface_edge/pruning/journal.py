"""The journal of a search: one file that workers share, which no kill can spoil."""

from __future__ import annotations

import fcntl
import os
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

WORKERS = ".workers"  # suffix of the folder beside the journal


class FileLock(JournalFileOpenLock):
    """A lock of the operating system: it ends with the process that holds it, however that ends.

    Optuna's own leaves its file behind when a worker is killed, and others wait 30 s for it.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._path = path
        self._handle = -1

    def acquire(self) -> bool:
        """Wait for the lock; True."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        fcntl.flock(handle, fcntl.LOCK_EX)
        self._handle = handle
        return True

    def release(self) -> None:
        """Let others have it."""
        os.close(self._handle)
        self._handle = -1


def open_journal(path: Path) -> JournalStorage:
    """The storage in this file, which is made where it is missing.

    A last line that a killed worker left unfinished is dropped: others would be appended to it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_suffix(".lock"))
    lock.acquire()
    try:
        _drop_unfinished_line(path)
    finally:
        lock.release()
    return JournalStorage(JournalFileBackend(str(path), lock))


@contextmanager
def presence(path: Path) -> Generator[str, None, None]:
    """The name of a new worker, which counts as alive while the block lasts."""
    name = uuid.uuid4().hex
    file = _file(path, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield name
    finally:
        file.unlink(missing_ok=True)
        os.close(handle)


def is_alive(path: Path, worker: str) -> bool:
    """Whether the worker of this name still runs, here or where the file is shared."""
    try:
        handle = os.open(_file(path, worker), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _file(path: Path, worker: str) -> Path:
    return path.with_suffix(WORKERS) / worker


def _drop_unfinished_line(path: Path) -> None:
    if path.is_file():
        held = path.read_bytes()
        whole = held.rfind(b"\n") + 1
        if whole < len(held):
            os.truncate(path, whole)
