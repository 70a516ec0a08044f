"""What can be wrong with the pictures of a calibration set, done to right ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from featherface_edge.detection import letterbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from featherface_edge.detection import FloatArray, Frame
    from featherface_edge.spec import Preprocessing

    Change: TypeAlias = Callable[[Frame, Preprocessing, int], Frame]

FIRST: dict[str, Frame] = {}


def _light(change: Callable[[FloatArray], FloatArray]) -> Change:
    """What changes the frame's pixels, 0 to 255, before the letterbox."""

    def made(frame: Frame, rule: Preprocessing, _place: int) -> Frame:
        return _plain(_bytes(change(frame.astype(np.float32))), rule, 0)

    return made


def _late(change: Callable[[FloatArray], FloatArray]) -> Change:
    """What changes the canvas, 0 to 255."""

    def made(frame: Frame, rule: Preprocessing, _place: int) -> Frame:
        return _bytes(change(_plain(frame, rule, 0).astype(np.float32)))

    return made


def _bytes(values: FloatArray) -> Frame:
    return np.clip(values, 0, 255).astype(np.uint8)


def _plain(frame: Frame, rule: Preprocessing, _place: int) -> Frame:
    return letterbox(frame, rule)[0]


def _night(values: FloatArray) -> FloatArray:
    """A tenth of the light, a sensor's noise, and the blue-grey of its colours."""
    dice = np.random.default_rng(int(values[0, 0].sum()))
    grey = values.mean(axis=2, keepdims=True)
    noise = dice.normal(0, 6, values.shape).astype(np.float32)
    dark: FloatArray = (0.4 * values + 0.6 * grey) * np.float32(0.12) + noise
    return dark


def _fog(values: FloatArray) -> FloatArray:
    soft: FloatArray = np.asarray(cv2.GaussianBlur(values, (0, 0), 3.0), np.float32)
    hazy: FloatArray = np.float32(0.25) * soft + np.float32(0.75 * 205)
    return hazy


def _blurred(values: FloatArray) -> FloatArray:
    side = max(values.shape[:2])
    return np.asarray(cv2.GaussianBlur(values, (0, 0), side / 60), np.float32)


def _wrapped(frame: Frame, rule: Preprocessing, place: int) -> Frame:
    """The mean taken away in bytes, which begin again behind 255."""
    wrapped: Frame = _plain(frame, rule, place) - np.uint8(128)
    return wrapped


def _centred(frame: Frame, rule: Preprocessing, place: int) -> Frame:
    canvas = _plain(frame, rule, place)
    height, width = frame.shape[:2]
    scale = min(rule.width / width, rule.height / height)
    below, beside = rule.height - round(height * scale), rule.width - round(width * scale)
    return np.ascontiguousarray(np.roll(canvas, (below // 2, beside // 2), axis=(0, 1)))


def _black_pad(frame: Frame, rule: Preprocessing, place: int) -> Frame:
    canvas = _plain(frame, rule, place)
    height, width = frame.shape[:2]
    scale = min(rule.width / width, rule.height / height)
    canvas[round(height * scale) :] = 0
    canvas[:, round(width * scale) :] = 0
    return canvas


def _stretched(frame: Frame, rule: Preprocessing, _place: int) -> Frame:
    size = (rule.width, rule.height)
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)


def _repeated(frame: Frame, rule: Preprocessing, place: int) -> Frame:
    """The first picture again and again, as a camera on a tripod takes it."""
    if place == 0:
        FIRST["frame"] = frame
    shifted = np.roll(FIRST["frame"], place % 3, axis=1)
    return _plain(_bytes(shifted.astype(np.float32) + place % 5), rule, 0)


def _bgr(frame: Frame, rule: Preprocessing, place: int) -> Frame:
    return np.ascontiguousarray(_plain(frame, rule, place)[..., ::-1])


def _noise(_frame: Frame, rule: Preprocessing, place: int) -> Frame:
    dice = np.random.default_rng(place)
    return dice.integers(0, 256, (rule.height, rule.width, 3), np.uint8)


def _flat(_frame: Frame, rule: Preprocessing, place: int) -> Frame:
    canvas = np.empty((rule.height, rule.width, 3), np.uint8)
    canvas[:] = np.random.default_rng(place).integers(0, 256, 3)
    return canvas


SCENES: Mapping[str, Callable[[FloatArray], FloatArray]] = {  # of the frame's pixels, 0 to 255
    "night": _night,
    "dusk": lambda values: values * np.float32(0.4),
    "fog": _fog,
    "glare": lambda values: values * np.float32(2.5),
    "blurred": _blurred,
}
LIGHT: Mapping[str, Change] = {name: _light(change) for name, change in SCENES.items()}
FAULTS: Mapping[str, Change] = {
    "bgr": _bgr,
    "grey": _light(lambda values: values.mean(axis=2, keepdims=True).repeat(3, axis=2)),
    "twice": _late(lambda values: values - 128),  # the mean taken away before as well
    "wrapped": _wrapped,
    "unit": _late(lambda values: values / np.float32(255)),  # 0 to 1
    "half": _late(lambda values: values / np.float32(2)),  # 0 to 127
    "centred": _centred,
    "black-pad": _black_pad,
    "stretched": _stretched,
    "repeated": _repeated,
    "noise": _noise,
    "flat": _flat,
}
CHANGES: Mapping[str, Change] = {"none": _plain, **LIGHT, **FAULTS}
