"""Checks of cameras and what reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_boards.doctor.record import Finding, fine

if TYPE_CHECKING:
    from featherface_boards.doctor.record import Facts, Severity

_ENVIRONMENT = "python3 -m venv --system-site-packages ~/featherface, and install there again"


def picamera2(facts: Facts) -> Finding | None:
    """A Raspberry Pi's own camera is read by Picamera2, which the system brings."""
    if facts.picamera2 is None:
        return None
    fault = facts.picamera2.fault
    if not fault:
        return fine("Picamera2 opens")
    other = any(not each.uri.startswith("picamera2") for each in facts.board.cameras)
    return Finding("warning" if other else "failure", f"Picamera2 {fault}", *_mend(facts, fault))


def _mend(facts: Facts, fault: str) -> tuple[str, str]:
    """Give cure and source for a Picamera2 that does not open."""
    issues = "https://github.com/raspberrypi/picamera2/issues"
    if _is_of_numpy(fault):
        return "pip install 'numpy<2' 'opencv-python-headless<4.12'", f"{issues}/1211"
    if "No module" in fault and facts.camera_packages:
        return _ENVIRONMENT, f"{issues}/1266"
    return "sudo apt install --yes python3-picamera2", f"{issues}/1266"


def permission(facts: Facts) -> Finding | None:
    """Video devices belong to the group video."""
    if not facts.devices:
        return None
    closed = [name for name, allowed in facts.devices.items() if not allowed]
    if not closed:
        return fine(f"{len(facts.devices)} video devices may be opened")
    severity: Severity = "failure" if len(closed) == len(facts.devices) else "warning"
    return Finding(
        severity,
        f"this user may not open {', '.join(closed[:3])}{' and more' if closed[3:] else ''}",
        "sudo usermod --append --groups video $USER, then log in again",
    )


def opencv(facts: Facts) -> Finding:
    """OpenCV reads pictures everywhere, and a Jetson's camera where it has GStreamer."""
    if facts.opencv.fault:
        return Finding("failure", f"OpenCV {facts.opencv.fault}", _cure(facts.opencv.fault))
    if facts.opencv.found or not _wants_gstreamer(facts):
        return fine(f"OpenCV {'with' if facts.opencv.found else 'without'} GStreamer")
    return Finding(
        "failure",
        "OpenCV has no GStreamer, and the camera connector (csi://) is read through it",
        "pip uninstall opencv-python opencv-python-headless, in an environment made with "
        "--system-site-packages: JetPack's own has it",
        "https://github.com/Qengineering/Jetson-Nano-Ubuntu-20-image/issues/102",
    )


def _cure(fault: str) -> str:
    """Give the cure of an OpenCV that does not open."""
    if "libGL" in fault:
        return "pip uninstall opencv-python && pip install opencv-python-headless"
    if _is_of_numpy(fault):
        return "pip install 'numpy<2'"
    return "pip install --force-reinstall opencv-python-headless"


def _is_of_numpy(fault: str) -> bool:
    """Tell whether a module was built for another NumPy than it meets."""
    return any(word in fault for word in ("dtype size", "_ARRAY_API", "multiarray"))


def _wants_gstreamer(facts: Facts) -> bool:
    return facts.profile is not None and facts.profile.advice.camera.startswith("csi")
