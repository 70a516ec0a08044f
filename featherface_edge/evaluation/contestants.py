"""Who takes part in an evaluation: the models of the command line, and peers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_edge.evaluation.names import short_names
from featherface_edge.evaluation.opening import (
    ORIGINAL,
    Setting,
    canvas_of,
    is_artifact,
    opened,
)
from featherface_edge.evaluation.peers.table import RIVAL, choices
from featherface_edge.evaluation.timing import artifact_inference

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from featherface_edge.detection.types import Frame
    from featherface_edge.evaluation.peers.table import Choice
    from featherface_edge.evaluation.run import FaceDetector
    from featherface_edge.evaluation.timing import Call


@dataclass(frozen=True, slots=True)
class Contestant:
    """A detector that is ready, with the file and the setting that it was opened with.

    inference: one inference on a frame, to be timed; None where its time is of no use.
    """

    name: str
    file: Path
    setting: Setting
    detector: FaceDetector
    inference: Callable[[Frame], Call] | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """All contestants; rival: name of the one that the others are held against, "" = the first.

    left_out: peers whose files are not there, in words.
    """

    contestants: Sequence[Contestant]
    rival: str = ""
    left_out: Sequence[str] = ()


def field(models: Sequence[Path], peers: Path | None, setting: Setting, stack: ExitStack) -> Field:
    """The models and the peers of a folder, all opened, to be closed by the stack.

    Peers of free size see what the first model sees.

    Raises: UsageError for a model that cannot be had at this setting, for a folder
    without peers, and for peers at several scales. CheckpointError, ModelFileError for broken ones.
    """
    names = short_names(models)
    if peers is None:
        return Field(_models(names, models, setting, stack))
    if not setting.plain:
        raise UsageError("peers see each picture once: leave out --scales, or --peers")
    chosen, left_out = choices(peers, canvas_of(models[0], setting))
    own = _models(names, models, setting, stack)
    others = [_peer(choice, setting) for choice in chosen]
    rivals = [each.name for each in chosen if each.peer is RIVAL]
    return Field([*own, *others], next(iter(rivals), ""), left_out)


def _models(
    names: Sequence[str], models: Sequence[Path], setting: Setting, stack: ExitStack
) -> list[Contestant]:
    # All are opened before the first is evaluated: a wrong last one would waste the others.
    return [
        Contestant(
            name, path, setting, stack.enter_context(opened(path, setting)), _timed(path, setting)
        )
        for name, path in zip(names, models, strict=True)
    ]


def _timed(path: Path, setting: Setting) -> Callable[[Frame], Call] | None:
    if not is_artifact(path):
        return None
    return lambda frame: artifact_inference(path, frame, setting.threads)


def _peer(choice: Choice, setting: Setting) -> Contestant:
    detector = choice.open(setting.threads)
    seen = replace(setting, size=choice.sides or ORIGINAL)
    return Contestant(choice.name, choice.path, seen, detector, detector.inference)
