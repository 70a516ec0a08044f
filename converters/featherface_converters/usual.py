"""What the pictures that calibrate are like to the file, for fe-calib drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from featherface_converters.formats.engines import open_engine
from featherface_edge.sketch import inside, names_of, noted, usual
from featherface_runtime.backends import BackendOptions

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_converters.target import Job
    from featherface_edge.spec import Usual

NOTED = 256  # calibration canvases


def usual_of(path: Path, job: Job) -> Usual | None:
    """The quantiles of what is noted of the calibration canvases; None of a float job."""
    if job.values is None:
        return None
    backend = open_engine(path, BackendOptions())
    rows = [
        noted(canvas, inside(canvas, job.spec.preprocessing), backend.infer(canvas), job.spec)
        for canvas in job.values.canvases[:NOTED]
    ]
    backend.close()
    return usual(np.stack(rows), names_of(job.spec))
