from __future__ import annotations

import pytest

from tests.arm.agreement import Difference, difference
from tests.arm.expectations import expected, require_agreement

FACE = [10.0, 20.0, 50.0, 60.0, 90.0, *(30.0, 40.0) * 5]
OTHER = [100.0, 20.0, 140.0, 60.0, 60.0, *(120.0, 40.0) * 5]
MOVED = [10.5, 20.0, 50.0, 59.0, 87.0, *(30.0, 40.0) * 4, 32.0, 40.0]


@pytest.mark.parametrize(
    ("found", "wanted", "apart"),
    [
        ([], [], (0, 0, 0)),
        ([FACE, OTHER], [OTHER, FACE], (0, 0, 0)),
        ([MOVED], [FACE], (2, 3, 0)),
        ([FACE], [FACE, OTHER], (0, 0, 60)),
        ([FACE, OTHER], [], (0, 0, 90)),
        ([FACE, MOVED], [FACE], (0, 0, 87)),  # none is matched twice
    ],
)
def test_differences(
    found: list[list[float]], wanted: list[list[float]], apart: tuple[float, ...]
) -> None:
    assert difference(found, wanted) == pytest.approx(Difference(*apart))


def test_another_score_is_no_agreement() -> None:
    name = "edge-nano-320x320-tflite"
    found = {name: expected()[name]}
    require_agreement(found)
    found[name][0][4] -= 2
    with pytest.raises(AssertionError, match=r"further from x86 than allowed: .*score=2\.0"):
        require_agreement(found)
