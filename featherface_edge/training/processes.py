"""One process or several, one device each.

Plain DistributedDataParallel: it comes with PyTorch, `torchrun` starts it, and what an engine such
as Lightning Fabric or accelerate would add (moving tensors, autocast, a launcher) is a few lines
here, while state and random numbers stay in our hands, which bit-exact resuming needs.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

if TYPE_CHECKING:
    from collections.abc import Generator

    from torch import Tensor


PATIENCE = timedelta(hours=12)  # others wait while the main process evaluates


@dataclass(frozen=True, slots=True)
class Processes:
    """This process among all of a run: its rank, their number, its device."""

    rank: int
    world: int
    device: torch.device

    @property
    def main(self) -> bool:
        """Whether this is the process that writes files and talks."""
        return self.rank == 0

    def normaliser(self, count: Tensor) -> Tensor:
        """The divisor that makes the mean over processes the quotient of the sums.

        The count of all processes, at least 1, by their number.
        """
        total = count.detach().to(torch.float32)
        if self.world > 1:
            total = total.clone()
            distributed.all_reduce(total)
        return total.clamp_min(1.0) / self.world

    def wait(self) -> None:
        """Wait until every process is here."""
        if self.world > 1:
            distributed.barrier()

    def agreed(self, *, wish: bool) -> bool:
        """What the main process wishes, told to all."""
        if self.world == 1:
            return wish
        told = torch.tensor(int(wish), device=self.device)
        distributed.broadcast(told, 0)
        return bool(told)

    def shared(self, model: nn.Module) -> nn.Module:
        """The model with gradients averaged over the processes."""
        if self.world == 1:
            return model
        if self.device.type == "cuda":
            converted: object = nn.SyncBatchNorm.convert_sync_batchnorm(model)  # type: ignore[no-untyped-call]
            model = converted if isinstance(converted, nn.Module) else model
        return DistributedDataParallel(model)


@contextmanager
def joined() -> Generator[Processes]:
    """This process, joined with the others that `torchrun` started, if any."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    rank = int(os.environ.get("RANK", "0"))
    device = _device()
    if world == 1:
        yield Processes(0, 1, device)
        return
    backend = "nccl" if device.type == "cuda" else "gloo"
    distributed.init_process_group(backend, timeout=PATIENCE)
    try:
        yield Processes(rank, world, device)
    finally:
        distributed.destroy_process_group()


def _device() -> torch.device:
    if not torch.cuda.is_available():
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    torch.cuda.set_device(device)
    return device
