from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherface_edge.data.check import Report, check
from featherface_edge.data.faults import Kind
from featherface_edge.data.report import report_json, report_text
from featherface_edge.lookalikes import difference_hash, lookalikes
from tests.data.photographs import HEIGHT, WIDTH, labelled, scene
from tests.pictures import write_photograph

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.data.types import LabelledImage

FACE = [10, 10, 40, 50]
MARKS = [20, 25, 32, 25, 26, 32, 21, 40, 31, 40]


def _quiet(_done: int, _total: int) -> None:
    pass


def _file(folder: Path, seed: int, suffix: str = ".png") -> Path:
    return write_photograph(folder / f"{seed}{suffix}", scene(seed))


def _kinds(report: Report) -> dict[Kind, list[int]]:
    found: dict[Kind, list[int]] = {}
    for fault in report.faults:
        found.setdefault(fault.kind, []).append(fault.image)
    return found


def test_a_sound_set_has_no_fault(tmp_path: Path) -> None:
    images = [
        labelled(_file(tmp_path, 0), [FACE], MARKS, size=(WIDTH, HEIGHT)),
        labelled(_file(tmp_path, 1), []),
        labelled(_file(tmp_path, 2), None),
        labelled(_file(tmp_path, 3), [FACE], ignore=True),
    ]
    done: list[tuple[int, int]] = []

    def note(number: int, total: int) -> None:
        done.append((number, total))

    report = check(images, note, [labelled(_file(tmp_path, 4))])
    assert report.faults == ()
    assert (report.errors, report.warnings) == (0, 0)
    assert done == [(number, 5) for number in range(1, 6)]
    (counts,) = report.sets
    assert (counts.pictures, counts.empty, counts.unlabelled) == (4, 1, 1)
    assert (counts.faces, counts.ignored, counts.landmarks) == (1, 1, 1)
    assert sum(report.file_sizes) == sum(report.scaled_sizes) == 1
    assert report.file_sizes[3] == 1, "sqrt(30 * 40) is 34.6, in 32 to 64"
    assert report.scaled_sizes[5] == 1, "times 640 / 120 it is 185, in 128 to 256"


@pytest.mark.parametrize(
    ("box", "kind"),
    [
        ([10, 10, 10, 50], Kind.NO_AREA),
        ([40, 10, 10, 50], Kind.NO_AREA),
        ([-50, 10, -1, 50], Kind.OUTSIDE),
        ([WIDTH, 10, WIDTH + 20, 50], Kind.OUTSIDE),
        ([10, HEIGHT - 20, 40, HEIGHT + 2], Kind.BEYOND),
        ([-2, 10, 40, 50], Kind.BEYOND),
        ([10, 10, float("nan"), 50], Kind.NOT_FINITE),
        ([10, 10, float("inf"), 50], Kind.NOT_FINITE),
    ],
    ids=str,
)
def test_misplaced_boxes(box: list[float], kind: Kind, tmp_path: Path) -> None:
    file = _file(tmp_path, 0)
    report = check([labelled(file, [box, [60, 10, 90, 50]])], _quiet)
    assert [(fault.kind, fault.face) for fault in report.faults] == [(kind, 0)]
    ignored = check([labelled(file, [box], ignore=True)], _quiet)
    assert [fault.kind for fault in ignored.faults] == [kind] * (kind is Kind.NOT_FINITE)


def test_a_pixel_over_the_edge_is_rounding(tmp_path: Path) -> None:
    report = check([labelled(_file(tmp_path, 0), [[-1, -1, WIDTH + 1, HEIGHT + 1]])], _quiet)
    assert report.faults == ()


@pytest.mark.parametrize(
    ("shift", "kinds"),
    [(0, []), (14, []), (40, [Kind.LANDMARKS]), (float("nan"), [Kind.NOT_FINITE])],
)
def test_landmarks_belong_to_their_box(shift: float, kinds: list[Kind], tmp_path: Path) -> None:
    marks = [*MARKS[:8], MARKS[8] + shift, MARKS[9]]
    report = check([labelled(_file(tmp_path, 0), [FACE], marks)], _quiet)
    assert [fault.kind for fault in report.faults] == kinds


def test_the_same_face_twice(tmp_path: Path) -> None:
    boxes = [FACE, [60, 10, 90, 50], [11, 10, 40, 50]]
    (fault,) = check([labelled(_file(tmp_path, 0), boxes)], _quiet).faults
    assert (fault.kind, fault.face) == (Kind.SAME_BOX, 2)
    assert fault.text == "(10, 10, 40, 50) and (11, 10, 40, 50)"


def test_pictures_that_cannot_be_used(tmp_path: Path) -> None:
    good = _file(tmp_path, 0)
    (tmp_path / "cut.png").write_bytes(good.read_bytes()[:-200])
    (tmp_path / "text.jpg").write_text("no picture", encoding="utf-8")
    turned = write_photograph(tmp_path / "turned.jpg", scene(1), orientation=6)
    images = [
        labelled(tmp_path / "gone.png"),
        labelled(tmp_path / "cut.png"),
        labelled(tmp_path / "text.jpg"),
        labelled(good, size=(WIDTH, HEIGHT + 1)),
        labelled(turned, size=(WIDTH, HEIGHT)),
        labelled(tmp_path),
    ]
    report = check(images, _quiet)
    assert _kinds(report) == {Kind.MISSING: [0, 5], Kind.UNREADABLE: [1, 2], Kind.SIZE: [3, 4]}
    assert report.errors == 6
    assert "turned by its EXIF orientation" in report.faults[-1].text


def _again(folder: Path, file: Path) -> list[LabelledImage]:
    """The picture itself, a copy, and one scaled and compressed."""
    copy = folder / "copy.png"
    shutil.copy(file, copy)
    small = cv2.resize(scene(0), (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
    similar = write_photograph(folder / "similar.jpg", np.asarray(small, np.uint8))
    return [labelled(each, []) for each in (file, copy, similar)]


def test_pictures_that_are_there_twice(tmp_path: Path) -> None:
    images = [labelled(_file(tmp_path, 1)), *_again(tmp_path, _file(tmp_path, 0))]
    images.append(labelled(tmp_path / "." / "1.png"))
    report = check(images, _quiet)
    assert _kinds(report) == {Kind.TWICE: [4], Kind.COPY: [2], Kind.ALIKE: [3]}
    assert [report.errors, report.warnings] == [0, 3]


def test_pictures_of_the_other_set(tmp_path: Path) -> None:
    train, val = tmp_path / "train", tmp_path / "val"
    train.mkdir()
    val.mkdir()
    images = [*_again(train, _file(train, 0)), labelled(_file(train, 1))]
    report = check(images, _quiet, [labelled(_file(val, 0)), labelled(val / "gone.png")])
    found = _kinds(report)
    assert found[Kind.LEAKED] == [0, 1]
    assert found[Kind.LEAKED_ALIKE] == [2]
    assert Kind.MISSING not in found


@given(st.integers(0, 2**32), st.sets(st.integers(0, 127), max_size=10))
def test_hashes_that_differ_in_few_bits_are_found(seed: int, bits: set[int]) -> None:
    random = np.random.default_rng(seed)
    hashes = [int.from_bytes(random.bytes(16), "big") for _ in range(20)]
    hashes.append(hashes[3] ^ sum(1 << bit for bit in bits))
    assert list(lookalikes(hashes)) == ([(3, 20)] if len(bits) <= 7 else [])


def test_the_hash_sees_through_light_and_compression() -> None:
    darker = (scene(0) * 0.8).astype(np.uint8)
    near = difference_hash(scene(0)) ^ difference_hash(darker)
    far = difference_hash(scene(0)) ^ difference_hash(scene(1))
    assert near.bit_count() <= 3
    assert far.bit_count() > 30


def _faulty(folder: Path) -> Report:
    images = [
        labelled(folder / "gone.png"),
        *(labelled(_file(folder, seed), [[10, 10, 10, 50], FACE]) for seed in range(5)),
    ]
    return check(images, _quiet)


def test_the_text_counts_faults_and_shows_examples(tmp_path: Path) -> None:
    lines = report_text(_faulty(tmp_path)).splitlines()
    assert lines[0].split() == [
        *("set", "pictures", "no", "face", "unlabelled", "faces", "ignored", "landmarks")
    ]
    assert lines[1].split() == ["mine", "6", "0", "0", "11", "0", "0"]
    assert "1 error, 5 warnings" in lines
    assert "error: picture does not exist: 1 in 1 picture" in lines
    start = lines.index("warning: box has no area: 5 in 5 pictures")
    assert lines[start + 1] == f"    {tmp_path / '0.png'}, face 1: (10, 10, 10, 50)"
    assert lines[start + 4] == "    ... and 2 more pictures"
    bars = [line for line in lines if "#" in line]
    assert bars[0].split() == ["32-64", "#" * 30, "6", "0"]


def test_the_json_holds_every_fault(tmp_path: Path) -> None:
    held = json.loads(report_json(_faulty(tmp_path)))
    assert (held["errors"], held["warnings"], len(held["faults"])) == (1, 5, 6)
    assert held["faults"][1] == {
        "kind": "no_area",
        "error": False,
        "file": str(tmp_path / "0.png"),
        "face": 0,
        "text": "(10, 10, 10, 50)",
    }
