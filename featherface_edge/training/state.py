"""What a run carries from step to step, in memory and on disk."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from featherface_edge.errors import CheckpointError
from featherface_edge.training.run.saving import saving

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.training.averaging import Average
    from featherface_edge.training.gradients import GradientWatch
    from featherface_edge.training.pupil import Pupil
    from featherface_edge.training.stopping import Stopping

STATE_VERSION = 2


@dataclass(slots=True)
class RunState:
    """Everything that changes in a run: what learns, its average, optimiser, watch, counters.

    step: steps done. seconds: time spent, over all sittings.
    """

    pupil: Pupil
    average: Average
    optimizer: torch.optim.Optimizer
    scaler: torch.amp.GradScaler
    watch: GradientWatch
    stopping: Stopping
    step: int = 0
    seconds: float = 0.0

    def save(self, path: Path) -> None:
        """Write everything to path, whole or not at all.

        Raises: CheckpointError when it cannot be written; what was there stays.
        """
        content: dict[str, Any] = {
            "version": STATE_VERSION,
            "step": self.step,
            "seconds": self.seconds,
            "pupil": self.pupil.state_dict(),
            "average": self.average.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "watch": self.watch.state(),
            "stopping": (self.stopping.best, self.stopping.epoch, self.stopping.idle),
        }
        with saving(path) as fresh:
            torch.save(content, fresh)

    def restore(self, path: Path) -> None:
        """Go on from a saved state.

        Raises: CheckpointError when the file is damaged or of another version.
        """
        saved = _read(path)
        self.pupil.load_state_dict(saved["pupil"])
        self.average.network.load_state_dict(saved["average"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.scaler.load_state_dict(saved["scaler"])
        self.watch.restore(**saved["watch"])
        self.stopping.best, self.stopping.epoch, self.stopping.idle = saved["stopping"]
        self.step, self.seconds = saved["step"], saved["seconds"]


def _read(path: Path) -> dict[str, Any]:
    try:
        saved: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError) as error:
        raise CheckpointError(
            f"{path} cannot be read ({str(error).splitlines()[0][:80]}): "
            "delete it to begin the run anew"
        ) from error
    if saved.get("version") != STATE_VERSION:
        raise CheckpointError(
            f"{path} has version {saved.get('version')}, wanted {STATE_VERSION}: "
            "finish the run with the release that began it, or begin anew in another folder"
        )
    return saved
