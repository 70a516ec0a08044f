"""Root file systems of boards, as far as they tell what they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

A53, A55, A57, A72, A76, A78 = 0xD03, 0xD05, 0xD07, 0xD08, 0xD0B, 0xD42
OLD = "fp asimd evtstrm crc32 cpuid"  # ARMv8.0: a Cortex-A53, A57 or A72 without cryptography
NEW = f"{OLD} aes pmull sha1 sha2 atomics fphp asimdhp asimdrdm lrcpc dcpop asimddp"
HASWELL = "fpu lm sse4_1 sse4_2 avx avx2 fma"
LAKE = f"{HASWELL} avx512f avx512bw avx512_vnni"
TREE = "proc/device-tree"
CPU = "sys/devices/system/cpu"


@dataclass(frozen=True)
class Kind:
    """A board: what its files shall say. parts: of each core; empty for x86."""

    model: str
    compatible: tuple[str, ...] = ()
    parts: tuple[int, ...] = ()
    features: str = NEW
    memory_mb: int = 8063
    clock_khz: int = 0
    os: str = "Debian GNU/Linux 12 (bookworm)"
    zones: tuple[tuple[str, str], ...] = ()
    throttled: str = ""
    release: str = ""
    swap_mb: int = 0
    governor: str = "ondemand"


_PI_ZONES = (("cpu-thermal", "48312"),)
_JETSON_ZONES = (("cpu-thermal", "46125"), ("gpu-thermal", ""), ("soc0-thermal", "45000"))
_PI_5 = Kind(
    "Raspberry Pi 5 Model B Rev 1.0",
    ("raspberrypi,5-model-b", "brcm,bcm2712"),
    (A76,) * 4,
    clock_khz=2_400_000,
    zones=_PI_ZONES,
    throttled="0",
)
_PI_4 = replace(
    _PI_5,
    model="Raspberry Pi 4 Model B Rev 1.4",
    compatible=("raspberrypi,4-model-b", "brcm,bcm2711"),
    parts=(A72,) * 4,
    features=OLD,
    memory_mb=3794,
    clock_khz=1_800_000,
)
_ORIN = Kind(
    "NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super",
    ("nvidia,p3768-0000+p3767-0005-super", "nvidia,p3767-0005", "nvidia,tegra234"),
    (A78,) * 6,
    memory_mb=7620,
    clock_khz=1_728_000,
    os="Ubuntu 22.04.5 LTS",
    zones=_JETSON_ZONES,
    release="# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64",
    governor="schedutil",
)
KINDS = {  # name of the profile -> board
    "raspberry-pi-5": _PI_5,
    "compute-module-5": replace(
        _PI_5,
        model="Raspberry Pi Compute Module 5 Rev 1.0",
        compatible=("raspberrypi,5-compute-module", "brcm,bcm2712"),
    ),
    "raspberry-pi-4": _PI_4,
    "compute-module-4": replace(
        _PI_4,
        model="Raspberry Pi Compute Module 4 Rev 1.1",
        compatible=("raspberrypi,4-compute-module", "brcm,bcm2711"),
    ),
    "raspberry-pi-3b-plus": replace(
        _PI_4,
        model="Raspberry Pi 3 Model B Plus Rev 1.3",
        compatible=("raspberrypi,3-model-b-plus", "brcm,bcm2837"),
        parts=(A53,) * 4,
        memory_mb=906,
        clock_khz=1_400_000,
    ),
    "raspberry-pi-zero-2-w": replace(
        _PI_4,
        model="Raspberry Pi Zero 2 W Rev 1.0",
        compatible=("raspberrypi,model-zero-2-w", "brcm,bcm2837"),
        parts=(A53,) * 4,
        memory_mb=416,
        clock_khz=1_000_000,
    ),
    "jetson-nano": replace(
        _ORIN,
        model="NVIDIA Jetson Nano Developer Kit",
        compatible=("nvidia,p3449-0000-b00+p3448-0000-b00", "nvidia,jetson-nano"),
        parts=(A57,) * 4,
        features=OLD,
        memory_mb=3956,
        os="Ubuntu 18.04.6 LTS",
        release="# R32 (release), REVISION: 7.1, GCID: 29818004, BOARD: t210ref, EABI: aarch64",
    ),
    "jetson-orin-nano": _ORIN,
    "jetson-orin-nx": replace(
        _ORIN,
        model="NVIDIA Jetson Orin NX Engineering Reference Developer Kit",
        compatible=("nvidia,p3768-0000+p3767-0000", "nvidia,p3767-0000", "nvidia,tegra234"),
        parts=(A78,) * 8,
        memory_mb=15656,
    ),
    "jetson-agx-orin": replace(
        _ORIN,
        model="NVIDIA Jetson AGX Orin Developer Kit",
        compatible=("nvidia,p3737-0000+p3701-0005", "nvidia,p3701-0005", "nvidia,tegra234"),
        parts=(A78,) * 12,
        memory_mb=62841,
    ),
    "rock-5b": Kind(
        "Radxa ROCK 5B",
        ("radxa,rock-5b", "rockchip,rk3588"),
        (A55,) * 4 + (A76,) * 4,
        memory_mb=15958,
        clock_khz=2_400_000,
        zones=(("soc-thermal", "38846"), ("npu-thermal", "37923")),
        governor="schedutil",
    ),
    "aarch64": Kind("Some Board", ("someone,board",), (A55,) * 4, memory_mb=1980),
    "x86-64": Kind("Some Vendor Some Box", features=HASWELL, memory_mb=7900),
    "x86-64-vnni": Kind("Some Vendor New Box", features=LAKE, memory_mb=15900),
}


def make_root(root: Path, kind: Kind) -> Path:
    """Write the files of the board below `root`; give `root`."""
    _write(root / "etc/os-release", f'NAME="x"\nPRETTY_NAME="{kind.os}"\n')
    _write(root / "proc/sys/kernel/osrelease", "6.12.47+rpt-rpi-v8\n")
    memory = f"MemTotal: {kind.memory_mb * 1024} kB\nMemFree: 1 kB\n"
    _write(root / "proc/meminfo", f"{memory}SwapTotal: {kind.swap_mb * 1024} kB\n")
    if kind.parts:
        _arm(root, kind)
    else:
        _x86(root, kind)
    for index, (name, temperature) in enumerate(kind.zones):
        zone = root / f"sys/class/thermal/thermal_zone{index}"
        _write(zone / "type", f"{name}\n")
        _write(zone / "temp", f"{temperature}\n")
    if kind.throttled:
        firmware = root / "sys/devices/platform/soc/soc:firmware"
        _write(firmware / "get_throttled", f"{kind.throttled}\n")
    if kind.release:
        _write(root / "etc/nv_tegra_release", f"{kind.release}\n")
    return root


def _arm(root: Path, kind: Kind) -> None:
    _write(root / TREE / "model", f"{kind.model}\0")
    _write(root / TREE / "compatible", "".join(f"{name}\0" for name in kind.compatible))
    cores = [
        f"processor\t: {index}\nBogoMIPS\t: 108.00\nFeatures\t: {kind.features}\n"
        f"CPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: {part:#05x}\n"
        for index, part in enumerate(kind.parts)
    ]
    _write(root / "proc/cpuinfo", "\n".join(cores))
    for index in range(len(kind.parts)):
        clock = root / CPU / f"cpu{index}/cpufreq"
        _write(clock / "scaling_governor", f"{kind.governor}\n")
        _write(clock / "cpuinfo_max_freq", f"{kind.clock_khz or 1_000_000}\n")


def _x86(root: Path, kind: Kind) -> None:
    vendor, _, product = kind.model.rpartition("Vendor ")
    _write(root / "sys/class/dmi/id/sys_vendor", f"{vendor}Vendor\n")
    _write(root / "sys/class/dmi/id/product_name", f"{product}\n")
    core = f"model name\t: Some CPU @ 2.00GHz\nflags\t\t: {kind.features}\n"
    _write(root / "proc/cpuinfo", "\n".join(f"processor\t: {n}\n{core}" for n in range(4)))


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
