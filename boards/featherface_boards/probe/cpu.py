"""The processor, from /proc/cpuinfo and what stands beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_boards.probe.reading import counted, pairs, said

if TYPE_CHECKING:
    from pathlib import Path

# Implementer and part of MIDR_EL1, as arch/arm64/include/asm/cputype.h of Linux names them.
PARTS = {
    (0x41, 0xC07): "Cortex-A7",
    (0x41, 0xD03): "Cortex-A53",
    (0x41, 0xD04): "Cortex-A35",
    (0x41, 0xD05): "Cortex-A55",
    (0x41, 0xD07): "Cortex-A57",
    (0x41, 0xD08): "Cortex-A72",
    (0x41, 0xD09): "Cortex-A73",
    (0x41, 0xD0A): "Cortex-A75",
    (0x41, 0xD0B): "Cortex-A76",
    (0x41, 0xD0C): "Neoverse-N1",
    (0x41, 0xD40): "Neoverse-V1",
    (0x41, 0xD41): "Cortex-A78",
    (0x41, 0xD42): "Cortex-A78AE",
    (0x41, 0xD49): "Neoverse-N2",
    (0x41, 0xD4F): "Neoverse-V2",
    (0x4E, 0x004): "Carmel",
}
_ARM_8 = 8  # "CPU architecture" of a 64-bit core, also where a 32-bit program asks


@dataclass(frozen=True, slots=True)
class Processor:
    """What /proc/cpuinfo tells; arch: of the kernel, empty where it does not tell."""

    name: str
    arch: str
    features: tuple[str, ...]
    cores: int


def processor(root: Path) -> Processor:
    """Give the processor of the board under `root`."""
    entries = list(pairs(said(root / "proc/cpuinfo"), ":"))
    found = dict(entries)
    words = found.get("flags") or found.get("Features") or ""
    return Processor(
        name=found.get("model name", "") if "flags" in found else _parts(entries),
        arch=said(root / "proc/sys/kernel/arch") or _arch(found),
        features=tuple(sorted(set(words.split()))),
        cores=sum(name == "processor" for name, _ in entries),
    )


def clock_mhz(root: Path) -> int:
    """Give the highest clock of any core; 0 where the kernel does not set them."""
    files = root.glob("sys/devices/system/cpu/cpu[0-9]*/cpufreq/cpuinfo_max_freq")
    return max(map(counted, files), default=0) // 1000


def governors(root: Path) -> tuple[str, ...]:
    """Give the different governors of the cores' clocks, sorted."""
    files = root.glob("sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor")
    return tuple(sorted({name for name in map(said, files) if name}))


def _parts(entries: list[tuple[str, str]]) -> str:
    """Give "4 x Cortex-A55, 4 x Cortex-A76" from the numbers of each core."""
    makers = [_number(value) for name, value in entries if name == "CPU implementer"]
    models = [_number(value) for name, value in entries if name == "CPU part"]
    counts = Counter(zip(makers, models, strict=False))
    return ", ".join(f"{count} x {_part(*part)}" for part, count in counts.items())


def _part(maker: int, model: int) -> str:
    return PARTS.get((maker, model), f"part {model:#05x} of maker {maker:#04x}")


def _number(text: str) -> int:
    try:
        return int(text, 0)
    except ValueError:
        return 0


def _arch(found: dict[str, str]) -> str:
    """Give the kernel's own name of it, for kernels older than 6.1."""
    if "flags" in found:
        return "x86_64" if "lm" in found["flags"].split() else "i686"
    if "CPU architecture" not in found:
        return ""
    # 64-bit kernels list "asimd", those of 32 bits "neon".
    wide = _number(found["CPU architecture"]) >= _ARM_8 and "asimd" in found.get("Features", "")
    return "aarch64" if wide else "armv7l"
