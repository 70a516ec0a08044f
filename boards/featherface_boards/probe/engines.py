"""The installed interpreters, and what they can compute on."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, NamedTuple

from featherface_boards.probe.board import Engine
from featherface_boards.probe.trial import Trial
from featherface_edge.spec.fields import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from featherface_boards.probe.trial import Outcome

_ONNX = "import onnxruntime; found = onnxruntime.get_available_providers()"


class Package(NamedTuple):
    """A distribution, and the Python that gives its providers or devices as a list `found`."""

    name: str
    script: str


PACKAGES = (
    Package("ai-edge-litert", "import ai_edge_litert.interpreter; found = ['CPU']"),
    Package(
        "openvino",
        # Importing OpenVINO reports to its maker unless this package is missing.
        "import sys; sys.modules['openvino_telemetry'] = None\n"
        "import openvino; found = openvino.Core().available_devices",
    ),
    Package("onnxruntime", _ONNX),
    Package("onnxruntime-gpu", _ONNX),
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
    there = [(each, has(each.name)) for each in packages]
    tried = [(each.name, release, Trial(each.script)) for each, release in there if release]
    return tuple(_engine(name, release, trial.outcome()) for name, release, trial in tried)


def _engine(name: str, release: str, outcome: Outcome) -> Engine:
    if outcome.fault:
        return Engine(name, release, fault=outcome.fault)
    providers = names(outcome.found, name)
    return Engine(
        name, release, tuple(each.removesuffix("ExecutionProvider") for each in providers)
    )
