"""Checks of this Python and what is installed in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from featherface_boards.doctor.record import Finding, fine

if TYPE_CHECKING:
    from featherface_boards.doctor.record import Facts, Severity
    from featherface_boards.probe.board import Engine

_64 = 64
_OLDEST, _NEWEST = (3, 10), (3, 14)  # for which ai-edge-litert, the default, has wheels
_PYPI = "https://pypi.org/project/ai-edge-litert/#files"
_LITERT = "pip install 'featherface-edge[litert]'"
_DOT = "asimddp"


def bits(facts: Facts) -> Finding:
    """A 32-bit Python has no wheels of what is needed."""
    if facts.board.bits >= _64:
        return fine(f"{facts.board.bits}-bit Python on {facts.board.arch or 'an unknown kernel'}")
    kernel = " on a 64-bit kernel" if facts.board.arch in ("aarch64", "x86_64") else ""
    return Finding(
        "failure",
        f"32-bit Python{kernel}: NumPy, OpenCV, LiteRT and ONNX Runtime have no wheels for it",
        "install a 64-bit system; Raspberry Pi OS (64-bit) also runs on a Zero 2 W",
        "https://github.com/pypa/pip/issues/8871",
    )


def wheels(facts: Facts) -> Finding:
    """Interpreters have wheels for some releases of Python only."""
    release = facts.board.system.python
    if _OLDEST <= _version(release)[:2] <= _NEWEST:
        return fine(f"Python {release}")
    wanted = " to ".join(".".join(map(str, each)) for each in (_OLDEST, _NEWEST))
    return Finding(
        "failure",
        f"Python {release}: LiteRT has no wheel for it",
        f"make the virtual environment with a Python from {wanted}",
        _PYPI,
    )


def interpreters(facts: Facts) -> Finding:
    """At least one interpreter must open."""
    engines = facts.board.engines
    if not engines:
        return Finding("failure", "no interpreter is installed", _LITERT)
    broken = [each for each in engines if each.fault]
    if broken:
        severity: Severity = "failure" if len(broken) == len(engines) else "warning"
        told = "; ".join(f"{each.package} {each.version} {each.fault}" for each in broken)
        return Finding(severity, told, *_mend(facts, broken[0]))
    return fine(", ".join(f"{each.package} {each.version}" for each in engines))


def _mend(facts: Facts, engine: Engine) -> tuple[str, str]:
    """Give cure and source for an interpreter that does not open."""
    if "SIGILL" not in engine.fault:
        return f"pip install --force-reinstall {engine.package}", ""
    lacks = "" if _DOT in facts.board.features else ", such as dot products, which this one lacks"
    newer = "pip install 'onnxruntime>=1.22'" if engine.package == "onnxruntime" else _LITERT
    return (
        f"the wheel wants instructions of newer processors{lacks}: {newer}",
        "https://github.com/microsoft/onnxruntime/issues/23957",
    )


def old_tflite(facts: Facts) -> Finding | None:
    """The predecessor of LiteRT is slow, and does not know NumPy 2."""
    release, numpy = facts.packages.get("tflite-runtime"), facts.packages.get("numpy", "")
    if not release:
        return None
    cure = f"pip uninstall tflite-runtime && {_LITERT}"
    if _version(numpy)[:1] >= (2,):
        told = f"tflite-runtime {release} is built for NumPy 1 and meets NumPy {numpy}"
        alone = "ai-edge-litert" not in facts.packages
        return Finding("failure" if alone else "warning", told, cure)
    return Finding("warning", f"tflite-runtime {release} runs INT8 20 times slower", cure)


def one_onnxruntime(facts: Facts) -> Finding | None:
    """Both builds of ONNX Runtime are one package for Python, and one hides the other."""
    both = {"onnxruntime", "onnxruntime-gpu"} & set(facts.packages)
    if len(both) < len(("onnxruntime", "onnxruntime-gpu")):
        return None
    return Finding(
        "warning",
        "onnxruntime and onnxruntime-gpu are both installed and overwrite each other",
        "pip uninstall onnxruntime onnxruntime-gpu, then install the one that you want",
        "https://onnxruntime.ai/docs/install/",
    )


def accelerator(facts: Facts) -> Finding | None:
    """On a Jetson, ONNX Runtime from the package index computes on the processor."""
    found = [each for each in facts.board.engines if each.package.startswith("onnxruntime")]
    if facts.family != "jetson" or not found or found[0].fault:
        return None
    providers = found[0].providers
    if {"CUDA", "Tensorrt"} & set(providers):
        return fine(f"onnxruntime computes on {', '.join(providers)}")
    return Finding(
        "warning",
        f"onnxruntime {found[0].version} has no CUDA and no TensorRT provider",
        "install the wheel of NVIDIA's list for this JetPack, or stay on the processor",
        "https://github.com/microsoft/onnxruntime/issues/20503",
    )


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])
