"""Names of artifacts, and which files belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_converters.target import Recipe
    from featherface_edge.spec import ModelSpec


def artifact_name(spec: ModelSpec, recipe: Recipe) -> str:
    """A name that says network, size, precision and format: edge-640x640-int8.tflite."""
    size, form = spec.preprocessing, f"{recipe.precision}{recipe.variant}"
    return f"{spec.network}-{size.width}x{size.height}-{form}{recipe.suffix}"


def failed(path: Path) -> Path:
    """The name of an artifact whose proof failed: edge-640x640-int8.failed.tflite."""
    return path.with_name(f"{path.stem}.failed{path.suffix}")


def page_of(path: Path) -> Path:
    """The page that shows an artifact's proof: edge-640x640-int8.tflite.proof.html."""
    return path.with_name(f"{path.name}.proof.html")


def proof_of(path: Path) -> Path:
    """The file that holds an artifact's proof: edge-640x640-int8.tflite.proof.json."""
    return path.with_name(f"{path.name}.proof.json")
