"""One file for each interpreter, behind one Protocol and one table."""

from featherface_runtime.backends.protocol import Backend, BackendOptions
from featherface_runtime.backends.table import BACKENDS, open_backend

__all__ = ["BACKENDS", "Backend", "BackendOptions", "open_backend"]
