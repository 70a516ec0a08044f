"""What the board says of itself during a measurement, from the kernel's files; any may be absent.

Each reader takes the root of a file system.
"""

from featherface_boards.bench.sensors.power import Energy, power_w
from featherface_boards.bench.sensors.sampler import Sampler

__all__ = ["Energy", "Sampler", "power_w"]
