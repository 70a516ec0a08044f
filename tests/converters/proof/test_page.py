"""The page of a proof: whole, of nothing but itself, and laid out by a real browser."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("matplotlib")

from featherface_converters.plan import Cost, Plan
from featherface_converters.proof import LIMITS, Proof, Reference
from featherface_converters.proof.blocks import BlockNoise
from featherface_converters.proof.details import Details
from featherface_converters.proof.histogram import Histogram
from featherface_converters.proof.inside import Operator
from featherface_converters.proof.intervals import intervals
from featherface_converters.proof.page import Subject, page
from featherface_converters.proof.scores import scores
from featherface_converters.proof.threshold import counted, recalibrated
from featherface_edge.detection.letterbox import Placement
from featherface_edge.evaluation.agreement import compare, match_faces
from featherface_edge.spec import Calibration, from_json, to_json
from featherface_runtime.cli import proof_line
from tests.browser import laid_out, needs_browser
from tests.converters.jobs import DIGEST, size, spec
from tests.converters.proof.faces import moved, sets
from tests.pages import Page

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_edge.detection import Detections
    from featherface_edge.evaluation.truths import Truth

pytestmark = pytest.mark.convert

COMMAND = "fe-convert --target onnx-int8 --size 64x64"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    picture = np.random.default_rng(0).integers(0, 256, (60, 560, 3), np.uint8)
    cv2.imwrite(str(tmp_path / "<photo>.png"), picture)
    (tmp_path / "edge.onnx").write_bytes(b"model")
    return tmp_path


def measured(faces: list[Detections], found: list[Detections], truths: list[Truth]) -> Details:
    """What is known of answers in which every section has something to show."""
    matched = [match_faces(*both, 0.5, 0.5) for both in zip(faces, found, strict=True)]
    steps = Histogram(0.0, 1.0, (1, 2, 3))
    return Details(
        matched=matched,
        iou=steps,
        landmark=steps,
        drift=steps,
        scores=scores([each.pairs for each in matched], (faces, found), truths),
        intervals=intervals(matched, (faces, found), {"all": truths}),
        operators=Counter({Operator("Conv", "int8"): 40, Operator("Conv", "float32"): 2}),
        blocks=(
            BlockNoise("heads", 3, 21.0, 20.0, "conv2d_9", 0.001, 0.002, steps),
            BlockNoise("stem", 0),
        ),
        interpreter="a made-up interpreter",
    )


def passed(faces: list[Detections], found: list[Detections], truths: list[Truth]) -> Proof:
    """The proof of these answers."""
    threshold = recalibrated(faces, found, 0.5, truths)
    return Proof(
        source="set",
        fingerprint=DIGEST,
        limits=LIMITS["int8"],
        agreement=compare(*counted((faces, found), 0.5, threshold), score=0.0),
        signal_to_noise_db={"cls_8": 30.0},
        average_precision=(0.7, 0.69),
        threshold=threshold,
        details=measured(faces, found, truths),
        faces=found,
    )


def subject_of(path: Path) -> Subject:
    """The file, its manifest, what made it, what is made of it, and its plan."""
    described = replace(
        spec("edge", size(64), "int8"),
        calibration=Calibration("<b>set</b>", 3, DIGEST, "some method"),
        toolchain={"torch": "2.13.0"},
    )
    plan = Plan(left_float=("heads",), costs=(Cost("heads", 0.5, 0.0031),))
    return Subject(path, described, COMMAND, {"TensorRT": "trtexec --onnx=edge.onnx"}, plan)


def told(folder: Path) -> tuple[Subject, Proof, Reference]:
    """A finished proof in which every section has something to show."""
    exact, given, truths = sets(-0.05, images=12)
    found = [moved(each, 0.5) for each in given]
    float_network = Reference(
        source="set",
        fingerprint=DIGEST,
        files=[folder / "<photo>.png"] * len(exact),
        canvases=[np.zeros((64, 64, 3), np.uint8)] * len(exact),
        placements=[Placement(1.0, 1.0, 64, 64)] * len(exact),
        maps=[],
        faces=exact,
        truths={"all": truths},
    )
    return subject_of(folder / "edge.onnx"), passed(exact, found, truths), float_network


def test_every_section_is_there(folder: Path) -> None:
    found = Page(page(*told(folder)))
    found.require_alone()
    assert found.tags.count("svg") == 4
    assert found.tags.count("img") == 20
    for words in (
        *("Proof of edge.onnx", "Score threshold", "Where rounding hurts", "Operators of the file"),
        *("40 int8", "2 float32", "a made-up interpreter", "<b>set</b>, 3", "<photo>.png"),
        *(COMMAND, "torch 2.13.0", DIGEST, hashlib.sha256(b"model").hexdigest(), "+1.00"),
        *("trtexec --onnx=edge.onnx", "float: heads", "+0.500", "+0.31"),
        *("found by this one alone", "0.100", "conv2d_9"),
    ):
        assert words in found.text, words


def test_a_float_artifact_has_no_sections_on_rounding(folder: Path) -> None:
    subject, proof, float_network = told(folder)
    details = proof.details
    assert details is not None
    plain = replace(details, blocks=(), operators=None, interpreter="")
    quiet = replace(proof, details=plain, threshold=None, average_precision=None)
    bare = replace(float_network, truths=None)
    text = Page(page(replace(subject, command="", onward={}, plan=None), quiet, bare)).text
    for words in (
        "rounding",
        "Operators",
        "Score threshold",
        "Average precision",
        "command",
        "plan",
    ):
        assert words not in text


def test_a_failed_proof_says_why_at_the_top(folder: Path) -> None:
    subject, proof, float_network = told(folder)
    failed = replace(proof, agreement=replace(proof.agreement, recall=0.5))
    text = Page(page(subject, failed, float_network)).text
    assert "failed: recall 0.500 < 0.92" in text


def test_photographs_that_went_away_are_left_out(folder: Path) -> None:
    given = told(folder)
    (folder / "<photo>.png").unlink()
    assert Page(page(*given)).tags.count("img") == 0


def test_the_record_fits_a_manifest(folder: Path) -> None:
    subject, proof, _ = told(folder)
    record = proof.as_json()
    later = replace(subject.spec, proof=record)
    assert from_json(to_json(later)) == later
    assert proof_line(later).startswith("proof: passed - precision 1.000")
    first = {key: record[key] for key in ("verdict", "precision", "recall", "mean_iou")}
    assert proof_line(replace(later, proof=first)) == proof_line(later)
    assert record["version"] == 2
    assert record["verdict"] == "passed"
    assert record["operators"] == [["Conv", "int8", 40], ["Conv", "float32", 2]]
    assert record["blocks_seen_in"] == "a made-up interpreter"
    kinds = {"distributions", "scores", "intervals", "threshold", "blocks"}
    assert kinds <= record.keys()


@pytest.mark.slow
@needs_browser
@pytest.mark.parametrize("width", [1280, 400])
def test_the_page_fits_the_window(folder: Path, width: int) -> None:
    found = laid_out(folder, page(*told(folder)), width)
    assert found["width"] <= width
    assert found["natural"] == [520] * 20
    for kind, count in (("drawings", 4), ("pictures", 20), ("tables", 5)):
        assert len(found[kind]) >= count
        assert min(min(area) for area in found[kind]) > 10
