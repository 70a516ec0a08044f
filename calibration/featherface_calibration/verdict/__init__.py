"""Is a calibration set good? What speaks for and against it, and a score."""

from featherface_calibration.verdict.faults import Fault
from featherface_calibration.verdict.judge import Case, Ranges, judged
from featherface_calibration.verdict.record import Terms, Verdict
from featherface_calibration.verdict.reference import Reference
from featherface_calibration.verdict.sight import Sight, sight, sights

__all__ = [
    "Case",
    "Fault",
    "Ranges",
    "Reference",
    "Sight",
    "Terms",
    "Verdict",
    "judged",
    "sight",
    "sights",
]
