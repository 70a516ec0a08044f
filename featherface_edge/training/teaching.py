"""The teacher: a frozen network, and its answers on disk."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file  # pyright: ignore[reportUnknownVariableType] - untyped dicts
from torch.nn import functional

from featherface_edge.errors import UsageError
from featherface_edge.files import replacing
from featherface_edge.models.heads import BOX, LANDMARK
from featherface_edge.models.registry import network
from featherface_edge.training.inputs import normalised
from featherface_edge.training.losses.distillation import SEEN
from featherface_edge.training.losses.enlarged import FACTOR, merged
from featherface_edge.training.losses.predictions import Predictions, chosen, gather, mirrored
from featherface_edge.training.pupil import listen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor

    from featherface_edge.models.checkpoints import Checkpoint
    from featherface_edge.training.config.records import FeatureConfig, TrainConfig
    from featherface_edge.training.losses.objective import Answering


class Teacher:
    """A trained network that answers for every crop; its weights never change."""

    def __init__(
        self, checkpoint: Checkpoint, features: Sequence[FeatureConfig], *, doubled: bool = False
    ) -> None:
        self.model = checkpoint.model.eval().requires_grad_(requires_grad=False)
        self.preprocessing = checkpoint.spec.preprocessing
        self.names = [feature.teacher for feature in features]
        self._doubled = doubled

    def answer(self, canvases: Tensor, _crops: Sequence[int]) -> tuple[Predictions, list[Tensor]]:
        """The answers and features for crops (N, S, S, 3), uint8 RGB."""
        with torch.no_grad():
            given = normalised(canvases, self.preprocessing)
            heard = listen(self.model, self.names, given)
            answers = gather(heard.maps)
            if self._doubled:
                answers = merged(self._of_doubled(given), answers, canvases.shape[1])
            return answers, heard.features

    def features(self, canvases: Tensor) -> list[Tensor]:
        """The features for crops (N, S, S, 3), uint8 RGB."""
        with torch.no_grad():
            return listen(self.model, self.names, normalised(canvases, self.preprocessing)).features

    def _of_doubled(self, given: Tensor) -> Predictions:
        large = functional.interpolate(given, scale_factor=FACTOR, mode="bicubic")
        parts = [gather(self.model(crop)) for crop in torch.split(large, 1)]
        return Predictions(
            torch.cat([part.logits for part in parts]),
            torch.cat([part.boxes for part in parts]),
            torch.cat([part.landmarks for part in parts]),
        )


class Guided:
    """A teacher that answers, and another network whose features are repeated."""

    def __init__(self, teacher: Answering, guide: Teacher) -> None:
        self._teacher, self._guide = teacher, guide
        self.model = guide.model

    def answer(self, canvases: Tensor, crops: Sequence[int]) -> tuple[Predictions, list[Tensor]]:
        """The teacher's answers and the guide's features for crops (N, S, S, 3)."""
        answers, _ = self._teacher.answer(canvases, crops)
        return answers, self._guide.features(canvases)


class CachedTeacher:
    """A teacher whose answers are computed once for each crop and then read from a folder.

    Every answer passes through the file's form, half precision without the boxes of sure
    background, so that the first time and the next teach the same.
    """

    def __init__(self, teacher: Teacher, folder: Path, key: str) -> None:
        self._teacher = teacher
        self._folder = folder / key
        self.model = teacher.model

    def answer(self, canvases: Tensor, crops: Sequence[int]) -> tuple[Predictions, list[Tensor]]:
        """The answers for crops (N, S, S, 3) with these numbers, ~n a mirrored n; no features."""
        turned = torch.tensor([crop < 0 for crop in crops], device=canvases.device)
        upright = torch.where(turned[:, None, None, None], canvases.flip(2), canvases)
        kept = self._upright(upright, [~crop if crop < 0 else crop for crop in crops])
        answers = _stacked(kept, canvases.device)
        return chosen(turned, mirrored(answers, canvases.shape[1]), answers), []

    def _upright(self, canvases: Tensor, crops: Sequence[int]) -> list[dict[str, Tensor]]:
        side = canvases.shape[1]
        files = [self._folder / f"{side}" / f"{crop}.safetensors" for crop in crops]
        found = [_read(file) for file in files]
        missing = [place for place, item in enumerate(found) if item is None]
        if missing:
            fresh, _ = self._teacher.answer(canvases[missing], [])
            for row, place in enumerate(missing):
                found[place] = answer = _packed(fresh, row)
                _write(files[place], answer)
        return [item for item in found if item is not None]


def cache_key(config: TrainConfig, teacher_sha256: str) -> str:
    """The folder name that stands for all that decides an answer: teacher, data, crops, seed.

    Raises: UsageError when the teacher's features are wanted, which are too large to keep.
    """
    distill = config.distill
    if distill is not None and distill.features and distill.guide is None:
        raise UsageError(
            "distill.cache keeps answers, but distill.features wants the teacher's maps: "
            "drop one of the two, or name a distill.guide"
        )
    pad = network(config.network).preprocessing.pad
    doubled = distill is not None and distill.doubled
    text = repr((teacher_sha256, doubled, config.data, config.augment, config.seed, pad))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _packed(answers: Predictions, row: int) -> dict[str, Tensor]:
    logits = answers.logits[row].cpu()
    places = (torch.sigmoid(logits) >= SEEN).nonzero()[:, 0]
    return {
        "logits": logits.half(),
        "places": places.int(),
        "boxes": answers.boxes[row].cpu()[places].half(),
        "landmarks": answers.landmarks[row].cpu()[places].half(),
    }


def _stacked(items: list[dict[str, Tensor]], device: torch.device) -> Predictions:
    logits = torch.stack([item["logits"] for item in items]).float()
    boxes = torch.zeros(*logits.shape, BOX)
    landmarks = torch.zeros(*logits.shape, LANDMARK)
    for row, item in enumerate(items):
        boxes[row, item["places"].long()] = item["boxes"].float()
        landmarks[row, item["places"].long()] = item["landmarks"].float()
    return Predictions(logits.to(device), boxes.to(device), landmarks.to(device))


def _read(path: Path) -> dict[str, Tensor] | None:
    if not path.is_file():
        return None
    try:
        return load_file(path)
    except (OSError, SafetensorError):  # a damaged answer is computed anew
        return None


def _write(path: Path, answer: dict[str, Tensor]) -> None:
    with replacing(path) as fresh:
        save_file({key: value.contiguous() for key, value in answer.items()}, fresh)
