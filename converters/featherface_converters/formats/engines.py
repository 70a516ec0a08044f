"""What opens a made file: the runtime's interpreters, and PyTorch for its own formats.

PyTorch stands here and not in the runtime, which has to run on boards without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.optional import load
from featherface_runtime.backends import open_backend

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_runtime.backends import Backend, BackendOptions

ENGINES = {  # suffix -> module that offers open_backend(path, options)
    ".torchscript": "featherface_converters.formats.torchscript",
    ".pt2": "featherface_converters.formats.torch_export",
}


def open_engine(path: Path, options: BackendOptions) -> Backend:
    """The file in what runs it.

    Raises: ModelFileError when it is not one of ours. MissingDependencyError when its interpreter
    is not installed.
    """
    module = ENGINES.get(path.suffix)
    if module is None:
        return open_backend(path, options)
    opened: Backend = load(module, f"running {path.suffix} files", "convert").open_backend(
        path, options
    )
    return opened
