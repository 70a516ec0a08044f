"""Tiny model files that carry a self-check and a seal, made without the converters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.spec import BLANK, Checks, to_json, write_seal
from featherface_runtime import BackendOptions, open_backend
from featherface_runtime.trust import SIDE, canvases, noted, packed_picture, packed_values

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from featherface_edge.spec import ModelSpec, Sign

SAMPLES = 16
TOLERANCE = 5e-4


def pictures() -> list[str]:
    """Give two packed pictures of noise."""
    random = np.random.default_rng(3)
    return [
        packed_picture(random.integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)) for _ in range(2)
    ]


def write_sealed(
    path: Path, spec: ModelSpec, write: Callable[..., None], sign: Sign | None = None
) -> ModelSpec:
    """Write the file with checks of what it gives here; give the spec that it holds."""
    write(path, spec)
    backend = open_backend(path, BackendOptions(threads=1))
    frames = canvases(pictures(), spec.preprocessing)
    values = np.stack([noted(backend.infer(frame), SAMPLES) for frame in frames])
    backend.close()
    names = [output.name for output in spec.outputs]
    checks = Checks(
        tuple(pictures()),
        SAMPLES,
        packed_values(values),
        dict.fromkeys(names, TOLERANCE),
        backend.engine,
    )
    full = replace(spec, checks=checks, seal=BLANK)
    write(path, full, manifest=to_json(full))
    return replace(spec, checks=checks, seal=write_seal(path, sign).text)
