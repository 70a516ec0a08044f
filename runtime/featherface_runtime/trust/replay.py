"""The self-check of a model file, replayed in the interpreter that is here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.errors import ModelFileError
from featherface_runtime.trust.inputs import canvases
from featherface_runtime.trust.samples import deviations, noted, unpacked_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_edge.detection import FloatArray
    from featherface_edge.spec import Checks, ModelSpec
    from featherface_runtime.backends import Backend

_MODE = re.compile(r"\(.*\)$")  # of an engine: "openvino 2026.4.1 (CPU, f32)"


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of a self-check.

    deviations: of each raw map by name, in standard deviations of the expected values. tolerances:
    the most that each may be. engine, made_with: the interpreter here, and where the file was made.
    inputs: how many there were.
    """

    deviations: Mapping[str, float]
    tolerances: Mapping[str, float]
    engine: str
    made_with: str
    inputs: int

    @property
    def worst(self) -> str:
        """The map that is the furthest off, as a share of what it may be."""
        return max(self.deviations, key=lambda name: self.deviations[name] / self.tolerances[name])

    @property
    def wrong(self) -> list[str]:
        """The maps that are further off than they may be."""
        return [
            name for name, found in self.deviations.items() if not found <= self.tolerances[name]
        ]

    @property
    def exact(self) -> bool:
        """Whether every value is the expected one."""
        return not any(self.deviations.values())

    @property
    def remark(self) -> str:
        """How the interpreter here works otherwise than where the file was made; "" if it does not.

        Not an error: another mode may still compute the same within its rounding.
        """
        modes = [_MODE.findall(engine) for engine in (self.engine, self.made_with)]
        return "" if modes[0] == modes[1] else f"made in {self.made_with}, run in {self.engine}"


def replay(backend: Backend, spec: ModelSpec) -> Replay:
    """Give what comes of running the self-check of the spec.

    Raises: ModelFileError when there is none, or it does not fit the file.
    """
    checks = spec.checks
    if checks is None:
        message = (
            f"{spec.network} carries no self-check, wanted one to compare with: convert it again"
        )
        raise ModelFileError(message)
    try:
        expected, given = _both(backend, spec, checks)
    except ValueError as error:
        message = f"the self-check of {spec.network} does not hold ({error}): convert it again"
        raise ModelFileError(message) from error
    names = [output.name for output in spec.outputs]
    found = [float(each) for each in deviations(expected, given)]
    return Replay(
        deviations=dict(zip(names, found, strict=True)),
        tolerances=checks.tolerances,
        engine=backend.engine,
        made_with=checks.engine,
        inputs=len(given),
    )


def require_agreement(found: Replay, name: str, suspects: str) -> None:
    """Raise ModelFileError unless every map is as near to the expected values as it must be.

    name: of the file. suspects: what else than the file may be the reason, in words.
    """
    if found.wrong:
        worst = found.worst
        message = (
            f"{name} does not compute here what it did where it was made: {worst} is off by "
            f"{found.deviations[worst]:.3g} standard deviations, {found.tolerances[worst]:.2g} at "
            f"most were wanted ({len(found.wrong)} of {len(found.deviations)} maps are wrong, in "
            f"{found.engine}; made in {found.made_with}): look for {suspects}"
        )
        raise ModelFileError(message)


def _both(backend: Backend, spec: ModelSpec, checks: Checks) -> tuple[FloatArray, FloatArray]:
    """Give the expected and the given values, (inputs, maps, samples) each."""
    frames = canvases(checks.pictures, spec.preprocessing)
    shape = (len(frames), len(spec.outputs), checks.samples)
    expected = unpacked_values(checks.expected, shape)
    return expected, np.stack([noted(backend.infer(frame), checks.samples) for frame in frames])
