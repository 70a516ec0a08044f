"""The checks, in the order in which they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from featherface_boards.doctor import camera, machine, plan, python

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from featherface_boards.doctor.record import Facts, Finding

EXIT_WARNING, EXIT_FAILURE = 1, 3  # 2 is of wrong input, as for every command


class Check(NamedTuple):
    """A check: its name, and what looks at the facts; None where it does not concern the board."""

    name: str
    look: Callable[[Facts], Finding | None]


CHECKS = (
    Check("profile", plan.profile),
    Check("bits", python.bits),
    Check("Python", python.wheels),
    Check("interpreters", python.interpreters),
    Check("tflite-runtime", python.old_tflite),
    Check("ONNX Runtime", python.one_onnxruntime),
    Check("accelerator", python.accelerator),
    Check("overflow", plan.overflow),
    Check("OpenCV", camera.opencv),
    Check("Picamera2", camera.picamera2),
    Check("video devices", camera.permission),
    Check("power", machine.power),
    Check("heat", machine.heat),
    Check("governor", machine.governor),
    Check("memory", machine.memory),
    Check("disk", machine.disk),
    Check("choice", plan.choice),
)


def examine(facts: Facts) -> dict[str, Finding]:
    """Give what each check found, by its name, without those that do not concern the board."""
    looked = ((check.name, check.look(facts)) for check in CHECKS)
    return {name: finding for name, finding in looked if finding is not None}


def exit_status(findings: Sequence[Finding]) -> int:
    """Give 0 where all is well, 1 with a warning, 3 where something will not work."""
    found = {each.severity for each in findings}
    return EXIT_FAILURE if "failure" in found else EXIT_WARNING if "warning" in found else 0
