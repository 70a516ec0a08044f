"""Lazy import of optional packages."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from featherface_edge.errors import MissingDependencyError

if TYPE_CHECKING:
    from types import ModuleType


def load(module: str, feature: str, extra: str) -> ModuleType:
    """Give the imported module.

    feature: what needs it, for the message. extra: what installs it; empty for the base install.

    Raises: MissingDependencyError when the module, or one that it imports, is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise MissingDependencyError(feature, error.name or module, extra) from error
