"""One file for each interpreter, behind one Protocol and one table."""

from featherface_runtime.backends.protocol import Backend, BackendOptions, Stepwise
from featherface_runtime.backends.table import BACKENDS, Entry, open_backend

__all__ = ["BACKENDS", "Backend", "BackendOptions", "Entry", "Stepwise", "open_backend"]
