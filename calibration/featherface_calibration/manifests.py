"""Manifests of model files, which the runtime reads: reached by name, it stands beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from featherface_edge.optional import load
from featherface_edge.spec import from_json

if TYPE_CHECKING:
    from featherface_edge.spec import ModelSpec

_ZOO, _BACKENDS = "featherface_runtime.zoo", "featherface_runtime.backends"


def manifest_of(model: str) -> ModelSpec:
    """Give the manifest of a model file, or of a shipped model by its name.

    Raises: ModelFileError when the file is not one of ours. MissingDependencyError when its
    interpreter is not installed. UsageError when no such model is shipped.
    """
    zoo: Any = load(_ZOO, "reading a model file", "")
    backends: Any = load(_BACKENDS, "reading a model file", "")
    with zoo.model_file(model) as path:
        backend = backends.open_backend(path, backends.BackendOptions(threads=1))
    manifest: str = backend.manifest
    backend.close()
    return from_json(manifest)
