"""Notes what a camera sees: a few numbers of a frame now and then, no picture, in bounded space."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.errors import DataError, SinkError
from featherface_edge.sketch import Sketch, model_of, names_of, noted, read_sketch, write_sketch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from featherface_edge.detection import FloatArray, Frame, Placement
    from featherface_edge.spec import ModelSpec

MOST = 512  # samples; when there are more, every second one is let go and half as many are taken
INTERVAL = 5.0  # seconds from one sample to the next, at first
SAVING = 300.0  # seconds from one writing of the file to the next


class Sketcher:
    """An observer of a Detector; use it in one thread.

    An earlier file of the same model is gone on with. clock: time.time.

    Raises: SinkError when the file cannot be written. DataError when an earlier one is damaged or
    of another model.
    """

    def __init__(
        self,
        path: Path,
        spec: ModelSpec,
        interval: float = INTERVAL,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._spec = spec
        self._clock = clock
        self._model, self._names = model_of(spec), names_of(spec)
        self._rows: list[NDArray[np.float64]] = []
        self._seen = 0
        self._interval = interval
        if path.exists():
            self._go_on(read_sketch(path))
        self._due = self._saved = clock()
        self.save()

    def see(self, canvas: Frame, placement: Placement, outputs: Sequence[FloatArray]) -> None:
        """Note the frame on the canvas (H, W, 3), when it is time to."""
        self._seen += 1
        now = self._clock()
        if now < self._due:
            return
        self._due = now + self._interval
        row = noted(canvas, placement, outputs, self._spec)
        self._rows.append(np.array([now, *row.tolist()], np.float64))
        if len(self._rows) > MOST:
            self._rows = self._rows[::2]
            self._interval *= 2
        if now - self._saved >= SAVING:
            self._saved = now
            self.save()

    def save(self) -> None:
        """Write the file, whole or not at all.

        Raises: SinkError when it cannot be written.
        """
        width = 1 + len(self._names)
        samples = np.array(self._rows, np.float64).reshape(-1, width)
        try:
            write_sketch(self._path, Sketch(self._model, self._names, self._seen, samples))
        except OSError as error:
            raise SinkError(
                f"{self._path} cannot be written ({error.strerror}): choose another --sketch"
            ) from error

    def _go_on(self, earlier: Sketch) -> None:
        if earlier.model != self._model or earlier.names != self._names:
            raise DataError(
                f"{self._path} is of {earlier.model.get('network')} {earlier.model.get('size')}, "
                f"the model is {self._model['network']} {self._model['size']}: choose another "
                "--sketch"
            )
        self._rows, self._seen = list(earlier.samples), earlier.seen
        times = earlier.samples[:, 0]
        if len(times) > MOST // 2:
            self._interval = max(self._interval, float(np.median(np.diff(times))))
