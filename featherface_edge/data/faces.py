"""The photographs that a training draws from."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from featherface_edge.data.faults import far_landmarks
from featherface_edge.data.formats import read_dataset
from featherface_edge.data.pseudo import NOTHING, Guess, agreed_faces, read_guesses, teachable
from featherface_edge.data.types import Faces, Photograph
from featherface_edge.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from featherface_edge.data.config import DataConfig
    from featherface_edge.data.types import LabelledImage

    Guesses = Mapping[str, Guess]


def training_photographs(config: DataConfig) -> list[Photograph]:
    """All pictures of `config.train` with what they teach, weighted by `config.shares`.

    A picture that pseudo-labels name teaches what they and its labels agree on; any other teaches
    its labels, and is left out when it has none, as is a set whose share is 0. Faces without area
    are ignored. Pseudo-labels name pictures relative to the folder given, or to the label file's.
    Raises: DataError when a label file does not hold, a picture is missing, shares and sets differ,
    pseudo-labels fit no picture or two, or no picture has a face.
    """
    teacher, second = read_guesses(config.teacher_guesses), read_guesses(config.second_guesses)
    keyed = [pair for path in config.train for pair in _keyed(path)]
    _check_guesses(config, [key for key, _ in keyed], {*teacher, *second})
    found = [
        (image, faces)
        for key, image in keyed
        for faces in _taught(image, (teacher.get(key), second.get(key)), config.complete)
    ]
    photographs = list(_weighted(found, config.shares))
    _check_usable(config, photographs)
    return photographs


def _keyed(path: Path) -> list[tuple[str, LabelledImage]]:
    """The pictures of a data set by the names that pseudo-labels call them."""
    root = path if path.is_dir() else path.parent
    return [
        (image.file.relative_to(root).as_posix(), image)
        if image.file.is_relative_to(root)
        else (image.file.as_posix(), image)
        for image in read_dataset(path)
    ]


def _check_guesses(config: DataConfig, keys: Sequence[str], guessed: set[str]) -> None:
    shared = Counter(key for key in keys if key in guessed)
    files = ", ".join(str(path) for path in (*config.teacher_guesses, *config.second_guesses))
    if guessed and not shared:
        raise DataError(
            f"{files} name {len(guessed)} pictures such as {min(guessed)}, none of them is in "
            f"data.train, which has {keys[0]}: give pseudo-labels of these pictures"
        )
    twice = [key for key, times in shared.items() if times > 1]
    if twice:
        raise DataError(
            f"{twice[0]} is the name of {shared[twice[0]]} pictures of data.train, and {files} "
            "cannot tell them apart: rename one, or name the data set once"
        )


def _taught(
    image: LabelledImage, guesses: tuple[Guess | None, Guess | None], complete: Sequence[str]
) -> list[Faces]:
    """What the picture teaches, none when nothing is known of it."""
    teacher, second = guesses
    image = _plausible(image)
    if teacher or second:
        agreed = agreed_faces(
            image, teacher or NOTHING, second or NOTHING, complete=image.dataset in complete
        )
        return [agreed]
    return [] if image.boxes is None else [_labels(image)]


def _plausible(image: LabelledImage) -> LabelledImage:
    """The picture without landmarks that belong to another face."""
    if image.boxes is None:
        return image
    far = far_landmarks(image.boxes, image.landmarks)
    return replace(image, landmarks=np.where(far[:, None, None], np.nan, image.landmarks))


def _labels(image: LabelledImage) -> Faces:
    boxes = image.boxes if image.boxes is not None else NOTHING.boxes
    counted = teachable(boxes, image.ignore)
    return Faces(boxes[counted], image.landmarks[counted], boxes[~counted])


def _weighted(
    found: Sequence[tuple[LabelledImage, Faces]], shares: Mapping[str, float]
) -> Iterator[Photograph]:
    counts = Counter(image.dataset for image, _ in found)
    odd = set(counts) ^ set(shares)
    if shares and odd:
        raise DataError(
            f"data.shares names the sets {sorted(shares)}, data.train has {sorted(counts)}: "
            f"give each set one share (0 = left out), here {', '.join(sorted(odd))} differ"
        )
    for image, faces in found:
        weight = shares[image.dataset] / counts[image.dataset] if shares else 1.0
        if weight > 0:
            yield Photograph(image.file, faces, weight)


def _check_usable(config: DataConfig, photographs: Sequence[Photograph]) -> None:
    names = ", ".join(str(path) for path in config.train)
    if not any(len(photograph.faces.boxes) for photograph in photographs):
        raise DataError(
            f"{names} hold no face to learn in {len(photographs)} pictures: give labels with faces"
        )
    missing = [photograph.file for photograph in photographs if not photograph.file.is_file()]
    if missing:
        raise DataError(
            f"{len(missing)} of {len(photographs)} pictures of {names} do not exist, the first is "
            f"{missing[0]}: `fe-train check-data` lists them"
        )
