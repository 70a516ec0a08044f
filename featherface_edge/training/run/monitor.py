"""What a run shows while it goes on, and what it records."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import ExitStack
from typing import TYPE_CHECKING

from featherface_edge.progress import spoken
from featherface_edge.training.run.metrics import Evaluation, Event, Figures, MetricsFile
from featherface_edge.training.run.pace import Pace
from featherface_edge.training.run.sinks import TensorBoard, WeightsAndBiases

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from typing_extensions import Self

    from featherface_edge.training.config.records import LogConfig
    from featherface_edge.training.run.folder import RunFolder
    from featherface_edge.training.run.sinks import Sink

LOSS, GRADIENT, RATE = "loss", "gradient", "rate"
LARGEST, CLIPPED = "gradient_max", "clipped"  # derived: of an interval, and the share of its steps
NO_LOSS = (GRADIENT, RATE, LARGEST, CLIPPED)


class Monitor:
    """Records and shows a run, in the main process; open it as a context.

    Values of a step: `loss`, `gradient` (norm before clipping), `rate`; all others are parts of
    the loss. Every `config.every` steps their means go to metrics.jsonl, to TensorBoard, to Weights
    & Biases where wished, and as a line to `show`.
    """

    clock = staticmethod(time.monotonic)

    def __init__(
        self,
        folder: RunFolder,
        config: LogConfig,
        *,
        start_step: int,
        total_steps: int,
        show: Callable[[str], None],
    ) -> None:
        self._folder, self._config = folder, config
        self._start_step, self._total_steps = start_step, total_steps
        self._show = show
        self._limit = folder.config.optimizer.clip
        self._pace = Pace(self.clock)
        self._window: defaultdict[str, list[float]] = defaultdict(list)
        self._warned, self._warnings = False, 0  # in the last interval, and how often in this one
        self._sinks: list[Sink] = []

    def __enter__(self) -> Self:
        """Cut off what was recorded after the start step, and open everything.

        Raises: CheckpointError when the disk is full; UsageError or MissingDependencyError when
        Weights & Biases does not take the run.
        """
        self._file = MetricsFile(self._folder.metrics, self._start_step)
        self._began = self.clock() - self._file.seconds
        with ExitStack() as stack:
            stack.callback(self.close, failed=True)
            self._sinks.append(TensorBoard(self._folder, self._start_step))
            if self._config.wandb:
                self._sinks.append(WeightsAndBiases(self._folder, self._start_step, self._show))
            stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(failed=error is not None)

    def step(self, step: int, values: Mapping[str, float]) -> None:
        """Take the values of a step that just ended.

        Raises: CheckpointError when the disk is full.
        """
        self._pace.step()
        for name, value in values.items():
            self._window[name].append(value)
        if step % self._config.every == 0 or step == self._total_steps:
            self._record(step)

    def event(self, step: int, text: str) -> None:
        """Record and show what happened at this step."""
        self._file.write(Event(step, text))
        self._tell(step, text)

    def warning(self, step: int, text: str) -> None:
        """Record what is odd; the first after an interval without any is shown, others counted."""
        self._file.write(Event(step, text, warning=True))
        self._warnings += 1
        if self._warnings == 1 and not self._warned:
            self._tell(step, f"warning: {text}")

    def evaluation(self, step: int, epoch: int, precision: Mapping[str, float]) -> None:
        """Record and show average precision by subset, 0 to 1."""
        self._pace.interrupt()
        self._file.write(Evaluation(step, epoch, precision))
        for sink in self._sinks:
            sink.figures(step, {f"AP/{name}": value for name, value in precision.items()})
        shown = ", ".join(f"{name} {100 * value:.1f}" for name, value in precision.items())
        self._show(f"step {step:,}  epoch {epoch}: average precision {shown} %")

    def close(self, *, failed: bool) -> None:
        """Bring everything to its place; failed: the run ended with an error."""
        with ExitStack() as stack:
            stack.callback(self._file.close)
            for sink in self._sinks:
                stack.callback(sink.close, failed=failed)

    def _record(self, step: int) -> None:
        values = {name: sum(found) / len(found) for name, found in self._window.items()}
        if self._window[GRADIENT]:
            values |= self._gradients(self._window[GRADIENT])
        self._window.clear()
        self._pace.interval()
        self._file.write(Figures(step, self.clock() - self._began, values))
        for sink in self._sinks:
            sink.figures(step, {f"train/{name}": value for name, value in values.items()})
        self._show(self._line(step, values))
        self._warned, self._warnings = self._warnings > 0, 0

    def _gradients(self, norms: list[float]) -> dict[str, float]:
        clipped = sum(0 < self._limit < norm for norm in norms)
        return {LARGEST: max(norms), CLIPPED: clipped / len(norms)}

    def _line(self, step: int, values: Mapping[str, float]) -> str:
        parts = [
            f"{name} {value:.4g}" for name, value in values.items() if name not in (LOSS, *NO_LOSS)
        ]
        said = [f"step {step:,}/{self._total_steps:,}"]
        said += [f"{name} {values[name]:.4g}" for name in (LOSS, GRADIENT, RATE) if name in values]
        said += [f"({', '.join(parts)})"] if parts else []
        rest = self._pace.rest(self._total_steps - step)
        if self._pace.step_seconds is not None and rest is not None:
            said += [f"{self._pace.step_seconds:.3g} s/step", f"ETA {spoken(rest)}"]
        if self._warnings:
            said.append(f"{self._warnings} warning{'s' * (self._warnings > 1)}")
        return "  ".join(said)

    def _tell(self, step: int, text: str) -> None:
        for sink in self._sinks:
            sink.text(step, text)
        self._show(f"step {step:,}  {text}")
