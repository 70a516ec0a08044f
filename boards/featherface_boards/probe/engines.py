"""The installed interpreters, each asked in a process of its own: a wrong wheel kills its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, NamedTuple, cast

from featherface_boards.probe.board import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PATIENCE = 60.0  # seconds; a Zero 2 W needs ten for the first import
_OPENVINO = "import sys; sys.modules['openvino_telemetry'] = None; import openvino; "


class Package(NamedTuple):
    """A distribution, and the Python that gives its providers as a list `found`."""

    name: str
    script: str


PACKAGES = (
    Package("ai-edge-litert", "import ai_edge_litert.interpreter; found = ['CPU']"),
    Package("openvino", f"{_OPENVINO}found = openvino.Core().available_devices"),
    Package("onnxruntime", "import onnxruntime; found = onnxruntime.get_available_providers()"),
    Package("onnxruntime-gpu", "import onnxruntime; found = onnxruntime.get_available_providers()"),
    Package("tensorflow", "import tensorflow.lite; found = ['CPU']"),
    Package("tflite-runtime", "import tflite_runtime.interpreter; found = ['CPU']"),
)


def installed(name: str) -> str:
    """Give the version of a distribution that this Python has; empty where it has none."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def engines(
    packages: Iterable[Package] = PACKAGES, has: Callable[[str], str] = installed
) -> tuple[Engine, ...]:
    """Give the interpreters of `packages` that are installed; has: gives the version of one."""
    started = [(each, has(each.name), _start(each)) for each in packages if has(each.name)]
    return tuple(_engine(each.name, release, process) for each, release, process in started)


def _start(package: Package) -> subprocess.Popen[str]:
    script = f"{package.script}; import json; print(json.dumps(list(found)))"
    return subprocess.Popen(  # noqa: S603 -- this very Python, and a script from the table above
        [sys.executable, "-W", "ignore", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _engine(name: str, release: str, process: subprocess.Popen[str]) -> Engine:
    with process:
        try:
            found, said = process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            return Engine(name, release, fault=f"does not open within {_PATIENCE:.0f} s")
    if process.returncode < 0:
        return Engine(name, release, fault=f"dies of {signal.Signals(-process.returncode).name}")
    if process.returncode:
        reason = (said.strip().splitlines() or ["says nothing"])[-1]
        return Engine(name, release, fault=f"cannot be imported: {reason:.200}")
    providers = cast("list[str]", json.loads(found.strip().splitlines()[-1]))
    return Engine(
        name, release, tuple(each.removesuffix("ExecutionProvider") for each in providers)
    )
