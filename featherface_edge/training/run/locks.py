"""One process at a time."""

from __future__ import annotations

import errno
import fcntl
import os
from typing import TYPE_CHECKING

from featherface_edge.errors import CheckpointError

if TYPE_CHECKING:
    from pathlib import Path

NO_LOCKS = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK)  # file systems that know no locks
HELD = (errno.EACCES, errno.EAGAIN)


def locked(file: Path) -> int | None:
    """The open file that holds the lock, or None where the file system knows no locks.

    A lock of POSIX belongs to one process: it ends with it, however it ends, and forked workers
    that live a little longer do not keep it.

    Raises: CheckpointError when another process holds it.
    """
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(handle, 20).decode("ascii", "replace").strip()
        os.close(handle)
        if error.errno in NO_LOCKS:
            return None
        if error.errno not in HELD:
            raise
        raise CheckpointError(
            f"process {holder or 'unknown'} is writing into {file.parent}: "
            "wait until it ends, or give another folder"
        ) from error
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle
