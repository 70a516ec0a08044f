"""A deployment folder: an artifact with all that a board needs to run it and people to trust it."""

from __future__ import annotations

import json
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from featherface_edge import __version__
from featherface_edge.errors import UsageError
from featherface_edge.spec import from_json, parts
from featherface_runtime.backends import BACKENDS, BackendOptions, open_backend
from featherface_runtime.cli import proof_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_edge.spec import ModelSpec

MANIFEST = "manifest.json"
TEXTS = ("README.md", "featherface.service", "requirements.txt")  # with places to fill in
EXAMPLE = "example.py"
_READABLE = 0o755


def require_free(folder: Path) -> None:
    """Makes sure that a package may be written there: a new folder, an empty one, or a package.

    Raises: UsageError otherwise.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, wanted a folder for the package: name another")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / EXAMPLE).is_file():
        raise UsageError(f"{folder} holds other files, wanted an empty folder: name another")


def write_package(artifact: Path, folder: Path) -> None:
    """Writes the folder whole or not at all, in place of an earlier package.

    artifact: the file that is opened; what belongs to it and its proof lie beside it.

    Raises: UsageError when the folder holds something else, or no interpreter of the runtime opens
    the artifact.
    """
    require_free(folder)
    if artifact.suffix not in BACKENDS:
        raise UsageError(
            f"{artifact.name} runs in no interpreter of the runtime, wanted one of "
            f"{', '.join(BACKENDS)}: choose another target for --package"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as place:
        fresh, former = Path(place) / "fresh", Path(place) / "former"
        fresh.mkdir()
        _fill(fresh, artifact)
        fresh.chmod(_READABLE)
        if folder.exists():
            folder.rename(former)
        fresh.rename(folder)


def _fill(folder: Path, artifact: Path) -> None:
    for part in (*parts(artifact), *sorted(artifact.parent.glob(f"{artifact.name}.proof.*"))):
        shutil.copyfile(part, folder / part.name)
    backend = open_backend(artifact, BackendOptions(threads=1))
    manifest = backend.manifest
    backend.close()
    text = json.dumps(json.loads(manifest), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
    known = _known(artifact, from_json(manifest))
    source = files("featherface_converters.package") / "board"
    for name in TEXTS:
        template = Template((source / name).read_text(encoding="utf-8"))
        (folder / name).write_text(template.substitute(known), encoding="utf-8")
    (folder / EXAMPLE).write_bytes((source / EXAMPLE).read_bytes())


def _known(artifact: Path, spec: ModelSpec) -> Mapping[str, str]:
    """What the texts say of this artifact, by the names of their places."""
    size = spec.preprocessing
    return {
        "model": artifact.name,
        "files": ", ".join(f"`{part.name}`" for part in parts(artifact)),
        "network": spec.network,
        "size": f"{size.width}x{size.height}",
        "precision": spec.precision,
        "proof": proof_line(spec),
        "score": f"{spec.thresholds.score:g}",
        "extra": BACKENDS[artifact.suffix].extra,
        "version": __version__,
    }
