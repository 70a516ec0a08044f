"""Every fault, put into the shipped scenes, is found and named; the scenes themselves have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from featherface_calibration import shipped_calibration
from featherface_calibration.probe_model import Probe
from featherface_calibration.verdict import Reference, Sight, sights
from featherface_calibration.verdict.faults import faults
from tests.benchmarks.verdict_changes import CHANGES

if TYPE_CHECKING:
    from featherface_edge.detection import Frame

NAMES = {
    "bgr": "red and blue swapped",
    "grey": "grey",
    "twice": "mean subtracted twice",
    "wrapped": "values wrap around",
    "unit": "scaled to 0..1",
    "half": "wrong scale",
    "centred": "centred letterbox",
    "black-pad": "wrong padding",
    "stretched": "stretched or cropped",
    "noise": "no photographs",
    "flat": "empty pictures",
}


@pytest.fixture(scope="module")
def probe() -> Probe:
    return Probe()


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    return list(shipped_calibration().frames())[::2]


def seen(frames: list[Frame], change: str, probe: Probe) -> list[Sight]:
    make, rule = CHANGES[change], probe.spec.preprocessing
    return sights([make(frame, rule, place) for place, frame in enumerate(frames)], probe)


def found(pictures: list[Sight], probe: Probe) -> dict[str, str]:
    order = Reference.read().order
    return {each.name: each.severity for each in faults(pictures, probe.spec.preprocessing, order)}


def test_right_pictures_have_no_fault(frames: list[Frame], probe: Probe) -> None:
    assert found(seen(frames, "none", probe), probe) == {}


@pytest.mark.parametrize(("change", "name"), NAMES.items(), ids=NAMES)
def test_fault_is_named(change: str, name: str, frames: list[Frame], probe: Probe) -> None:
    assert found(seen(frames, change, probe), probe).get(name) == "fault"


@pytest.mark.parametrize("change", ["twice", "noise", "bgr"])
def test_some_spoilt_pictures_suffice(change: str, frames: list[Frame], probe: Probe) -> None:
    spoilt = seen(frames[:4], change, probe) + seen(frames[4:], "none", probe)
    assert "fault" in found(spoilt, probe).values()


def test_pictures_of_a_camera_with_the_canvas_s_shape_are_not_stretched(
    frames: list[Frame], probe: Probe
) -> None:
    pictures = seen(frames, "stretched", probe)
    order = Reference.read().order
    assert not faults(pictures, probe.spec.preprocessing, order, fills=True)


def test_dusk_is_a_warning_alone(frames: list[Frame], probe: Probe) -> None:
    assert found(seen(frames, "dusk", probe), probe) == {"wrong scale": "warning"}


def test_reference_knows_colours(probe: Probe, frames: list[Frame]) -> None:
    order = Reference.read().order
    right, wrong = (
        np.mean([each.early @ order[:-1] + order[-1] for each in seen(frames, change, probe)])
        for change in ("none", "bgr")
    )
    assert right > 0 > wrong
