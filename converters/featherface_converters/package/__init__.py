"""Folders that are copied to a board and run there."""

from featherface_converters.package.folder import require_free, write_package

__all__ = ["require_free", "write_package"]
