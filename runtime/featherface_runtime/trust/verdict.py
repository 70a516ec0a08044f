"""What follows from a doubt: an error or, by choice, a warning."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, TypeAlias

from featherface_edge.errors import ModelFileError

if TYPE_CHECKING:
    from collections.abc import Generator

Verify: TypeAlias = bool | Literal["warn"]


@contextmanager
def objecting(verify: Verify) -> Generator[None, None, None]:
    """Let a ModelFileError of the block pass, or make a RuntimeWarning of it where "warn".

    The warning points at whoever called the caller of the block's function.
    """
    try:
        yield
    except ModelFileError as error:
        if verify != "warn":
            raise
        warnings.warn(str(error), RuntimeWarning, stacklevel=5)
