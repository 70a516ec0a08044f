"""The training photographs of a folder of face sets."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from featherface_edge.data.labels import read_labels
from featherface_edge.data.pseudo import NOTHING, Guess, agreed_faces, read_guesses
from featherface_edge.data.types import Photograph
from featherface_edge.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

LISTS = ("train.jsonl", "calib.jsonl")
TEACHER_FILES = ("pseudo_v1.jsonl.gz", "pseudo_v1x15.jsonl.gz")
SECOND_FILES = ("pseudo_yunet.jsonl.gz",)
SHARES = {
    "wider_test": 0.40,
    "wider_train": 0.12,
    "masks": 0.16,
    "masks_ilc": 0.12,
    "fddb": 0.08,
    "keypoints": 0.02,
    "no_face": 0.10,
}


def training_photographs(folder: Path) -> list[Photograph]:
    """All pictures of the folder's train and calib lists, with labels and pseudo-labels merged.

    folder: train.jsonl and calib.jsonl with a "set" on each line, and pseudo/*.jsonl.gz. Sets are
    drawn by fixed shares, so that crowds are seen as often as portraits.

    Raises: DataError when a list is missing or names a set without a share.
    """
    teacher = read_guesses([folder / "pseudo" / name for name in TEACHER_FILES])
    second = read_guesses([folder / "pseudo" / name for name in SECOND_FILES])
    photographs: list[tuple[Photograph, str]] = []
    for name in LISTS:
        sets = _sets(folder / name)
        for image, dataset in zip(read_labels(folder / name), sets, strict=True):
            key = str(image.file.relative_to(folder))
            faces = agreed_faces(image, dataset, _known(teacher, key), _known(second, key))
            photographs.append((Photograph(image.file, faces, 1.0), dataset))
    counts = Counter(dataset for _, dataset in photographs)
    return [
        Photograph(item.file, item.faces, SHARES[dataset] / counts[dataset])
        for item, dataset in photographs
    ]


def _known(guesses: dict[str, Guess], key: str) -> Guess:
    return guesses.get(key, NOTHING)


def _sets(path: Path) -> list[str]:
    sets = [
        json.loads(line)["set"]
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    unknown = set(sets) - set(SHARES)
    if unknown:
        raise DataError(
            f"{path} names the sets {sorted(unknown)}, known are {sorted(SHARES)}: correct the list"
        )
    return sets
