"""Which model fe-camera takes where the user names none."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_runtime import choice
from featherface_runtime.detector import Detector
from featherface_runtime.zoo import SHELF, Shipped, is_file, read_index, smaller

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_runtime.camera.settings import CameraSettings
    from featherface_runtime.choice import Choice

_ADVICE = "featherface_boards.advice"  # of a floor above: reached by its name


def for_board(
    settings: CameraSettings,
    measured: Callable[[], Choice | None] = choice.read,
    advised: Callable[[], Choice | None] = lambda: import_module(_ADVICE).advised(),
) -> tuple[CameraSettings, str]:
    """Give the settings with a model for this board, where none is named, and why that one.

    measured: gives what fe-bench chose; advised: what the board's profile says, where nothing was
    chosen. Without either, and where a size or format is named, the zoo's default stays.

    Raises: BoardProfileError when the user's own profile cannot be read.
    """
    if settings.model or settings.size or settings.format:
        return settings, ""
    if (found := measured()) is not None:
        return _with(settings, found), found.reason or "chosen for this board"
    if (found := advised()) is not None:
        # Whichever interpreter is there: nothing was measured.
        return replace(_with(settings, found), format=None), found.reason
    return settings, ""


def opened(settings: CameraSettings) -> Detector:
    """Give the detector.

    Raises: what Detector raises.
    """
    detector = _detector(settings, _wish(settings))
    if settings.score is not None:
        detector.thresholds = replace(detector.thresholds, score=settings.score)
    return detector


def spares(settings: CameraSettings) -> tuple[Callable[[], Detector], ...]:
    """Give what makes detectors of smaller canvases for a hot board, the largest first.

    There are none of a model file, and none where faces are covered: a small canvas misses small
    faces, and what is missed is not covered.
    """
    wish = _wish(settings)
    if settings.anonymise or isinstance(wish, Path):
        return ()
    return tuple(partial(_detector, settings, each) for each in smaller(wish, read_index(SHELF)))


def _with(settings: CameraSettings, found: Choice) -> CameraSettings:
    settings = replace(
        settings,
        model=found.model,
        threads=settings.threads or found.threads,
        provider=settings.provider or found.provider or None,
    )
    if is_file(found.model):
        return settings
    return replace(settings, size=found.size, format=found.format)


def _wish(settings: CameraSettings) -> Path | Shipped:
    if is_file(settings.model):
        return Path(settings.model)
    return Shipped(settings.model, settings.size, settings.format)


def _detector(settings: CameraSettings, model: Path | Shipped) -> Detector:
    return Detector(model, threads=settings.threads, provider=settings.provider)
