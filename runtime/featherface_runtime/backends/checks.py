"""What every backend makes sure of before it runs a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from featherface_edge.errors import ModelFileError, UsageError
from featherface_edge.spec import from_json

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from featherface_edge.detection import Frame
    from featherface_edge.spec import ModelSpec


def require_manifest(path: Path, found: str | None) -> str:
    """Give the manifest found in the file.

    Raises: ModelFileError when there is none.
    """
    if found is None:
        message = f"{path} carries no manifest, wanted a model of ours: make it with fe-convert"
        raise ModelFileError(message)
    return found


def spec_of(path: Path, manifest: str) -> ModelSpec:
    """Give the spec in the file's manifest.

    Raises: ModelFileError when it does not hold.
    """
    try:
        return from_json(manifest)
    except ModelFileError as error:
        message = f"{path}: {error}"
        raise ModelFileError(message) from error


def refuse(path: Path, error: Exception) -> NoReturn:
    """Raise the ModelFileError of a file that its interpreter does not take."""
    # Where the vendor says more, the last line is what went wrong, those before are where.
    reason = (str(error).strip() or type(error).__name__).splitlines()[-1]
    message = f"{path} cannot be opened ({reason:.200}): convert it again"
    raise ModelFileError(message) from error


def require_input(path: Path, shape: Sequence[object], spec: ModelSpec) -> None:
    """Raise ModelFileError unless the file's input has the shape that its manifest says.

    shape: of (N, H, W, 3), a name or None where an axis is free.
    """
    wanted = [1, spec.preprocessing.height, spec.preprocessing.width, 3]
    free = [axis in spec.dynamic for axis in ("batch", "height", "width")]
    pairs = zip(shape, wanted, [*free, False], strict=False)
    same = all(size == want or (may and not isinstance(size, int)) for size, want, may in pairs)
    if len(shape) != len(wanted) or not same:
        message = f"{path} takes {list(shape)}, its manifest says {wanted}: convert it again"
        raise ModelFileError(message)


def require_outputs(path: Path, names: Collection[str], spec: ModelSpec) -> None:
    """Raise ModelFileError unless the file has every output that its manifest names."""
    missing = [output.name for output in spec.outputs if output.name not in names]
    if missing:
        message = (
            f"{path} gives {len(names)} outputs, the spec names {len(spec.outputs)} and "
            f"{', '.join(missing)} is not among them: convert it again"
        )
        raise ModelFileError(message)


def require_canvas(canvas: Frame, spec: ModelSpec) -> None:
    """Raise ValueError unless the canvas is what letterbox makes for the spec."""
    wanted = (spec.preprocessing.height, spec.preprocessing.width, 3)
    if canvas.shape != wanted:
        message = f"the canvas must have shape {wanted}, got {canvas.shape}"
        raise ValueError(message)


def chosen(provider: str, known: Sequence[str]) -> str:
    """Give the known provider of that name, in any case, its own spelling.

    Raises: UsageError when there is none.
    """
    for name in known:
        if name.lower() == provider.lower():
            return name
    message = f"there is no provider {provider!r} here, wanted one of {', '.join(known)}"
    raise UsageError(message)
