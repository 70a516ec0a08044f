"""Small calibration sets for tests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import cv2
import numpy as np

from featherface_calibration.archive import (
    Face,
    Origin,
    Picture,
    SetRecord,
    Statistics,
    write_archive,
)
from tests.fakes import preprocessing

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import Frame
    from featherface_edge.detection.types import FloatArray


def noise(seed: int, width: int = 64, height: int = 48) -> Frame:
    """Give a frame that looks like no other."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 8, 3), np.uint8)
    frame = np.empty((height, width, 3), np.uint8)
    cv2.resize(coarse, (width, height), dst=frame, interpolation=cv2.INTER_CUBIC)
    return frame


def png(frame: Frame) -> bytes:
    """Give the RGB frame as a PNG file."""
    _, encoded = cv2.imencode(".png", frame[..., ::-1])
    data: bytes = encoded.tobytes()
    return data


def record_of(contents: list[bytes], size: tuple[int, int] = (64, 48)) -> SetRecord:
    """Give a record of pictures of that size on a canvas of 64x64."""
    return SetRecord("test 1", 0, preprocessing(), tuple(
        Picture(
            file=f"images/{index:06}.png",
            sha256=hashlib.sha256(content).hexdigest(),
            width=size[0],
            height=size[1],
            origin=Origin("hall", f"{index}.jpg", 0, "2026-01-02T03:04:05Z", "", 640, 480),
            statistics=Statistics(100.0, 40.0, 9.5, 0.01, 0.02, 30.0),
            faces=(Face((1.0, 2.0, 30.0, 40.0), 0.75),) if index % 2 else None,
            stratum="mid/1/large/middle",
            scores={"distance": 0.5},
        )
        for index, content in enumerate(contents)
    ), embedding="test")  # fmt: skip


def write_set(path: Path, seeds: range = range(4)) -> FloatArray:
    """Write a set of frames with these seeds; give their embeddings."""
    contents = [png(noise(seed)) for seed in seeds]
    rows = [np.random.default_rng(seed).random(5) for seed in seeds]
    embeddings = np.array(rows, np.float32)
    write_archive(path, record_of(contents), contents, embeddings)
    return embeddings
