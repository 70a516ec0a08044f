"""Vendors' talk kept off the terminal: progress bars, banners and warnings."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

_STREAMS = (1, 2)


@contextmanager
def quiet() -> Generator[None, None, None]:
    """Runs a block whose output, native code's too, is dropped; exceptions pass through."""
    level = logging.root.manager.disable
    with tempfile.TemporaryFile() as sink, Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        kept = _diverted(sink.fileno())
        logging.disable(logging.CRITICAL)
        try:
            with redirect_stdout(nowhere), redirect_stderr(nowhere), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        finally:
            logging.disable(level)
            _restored(kept)


def _diverted(target: int) -> dict[int, int]:
    """Points the process's output at another file; gives copies of what it pointed at."""
    _flush()
    kept = {stream: os.dup(stream) for stream in _STREAMS}
    for stream in _STREAMS:
        os.dup2(target, stream)
    return kept


def _restored(kept: dict[int, int]) -> None:
    _flush()
    for stream, copy in kept.items():
        os.dup2(copy, stream)
        os.close(copy)


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
