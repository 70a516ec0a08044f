"""The board and its system, from the device tree, DMI and the files of the makers."""

from __future__ import annotations

import platform
import re
from typing import TYPE_CHECKING

from featherface_boards.probe.board import System
from featherface_boards.probe.reading import pairs, said, whole

if TYPE_CHECKING:
    from pathlib import Path

_TREE = ("proc/device-tree", "sys/firmware/devicetree/base")
_DMI = "sys/class/dmi/id"
_FILLERS = {"to be filled by o.e.m.", "system product name", "default string", "none", ""}
_L4T = re.compile(r"# R(\d+) \(release\), REVISION: ([\d.]+)")
_PACKAGE = re.compile(
    r"^Package: nvidia-l4t-core\n(?:.+\n)*?Version: (\d+)\.([\d.]+)", re.MULTILINE
)
# Releases of Jetson Linux and JetPack: https://developer.nvidia.com/embedded/jetson-linux-archive
_JETPACKS = {
    "32.7": "4.6",
    "35.3": "5.1.1",
    "35.4": "5.1.2",
    "35.5": "5.1.3",
    "35.6": "5.1.4",
    "36.2": "6.0 DP",
    "36.3": "6.0",
    "36.4.0": "6.1",
    "36.4.3": "6.2",
    "36.4.4": "6.2.1",
    "38.2": "7.0",
}


def model(root: Path) -> str:
    """Give the maker's name of the board: of the device tree, else of DMI; or nothing."""
    named = next(filter(None, (said(root / folder / "model") for folder in _TREE)), "")
    if named:
        return named
    parts = [said(root / _DMI / name) for name in ("sys_vendor", "product_name")]
    return " ".join(part for part in parts if part.lower() not in _FILLERS)


def compatible(root: Path) -> tuple[str, ...]:
    """Give the names of the device tree, the most exact first."""
    found = next(filter(None, (said(root / folder / "compatible") for folder in _TREE)), "")
    return tuple(name for name in found.split("\0") if name)


def memory_mb(root: Path) -> tuple[int, int]:
    """Give main memory and swap, MiB; 0 where the kernel does not tell."""
    found = dict(pairs(said(root / "proc/meminfo"), ":"))
    total, swap = (_kib(found.get(name, "")) // 1024 for name in ("MemTotal", "SwapTotal"))
    return total, swap


def system(root: Path, python: str = platform.python_version()) -> System:
    """Give the system on the board, and the version of this Python."""
    release = dict(pairs(said(root / "etc/os-release"), "="))
    return System(
        os=release.get("PRETTY_NAME", "").strip("\"'"),
        kernel=said(root / "proc/sys/kernel/osrelease"),
        vendor=_jetson(root),
        python=python,
    )


def _jetson(root: Path) -> str:
    """Give "L4T 36.4.3 (JetPack 6.2)" from NVIDIA's own file, else from the package's version."""
    found = _L4T.search(said(root / "etc/nv_tegra_release"))
    found = found or _PACKAGE.search(said(root / "var/lib/dpkg/status"))
    if found is None:
        return ""
    release = f"{found[1]}.{found[2]}"
    jetpack = next((_JETPACKS[key] for key in _JETPACKS if f"{release}.".startswith(f"{key}.")), "")
    return f"L4T {release} (JetPack {jetpack})" if jetpack else f"L4T {release}"


def _kib(text: str) -> int:
    return whole(text.partition(" ")[0])
