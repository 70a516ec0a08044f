"""fe-eval from the labels to the printed line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from featherface_edge.cli import main
from featherface_edge.detection.types import Detections, Frame
from featherface_edge.errors import DataError
from featherface_edge.evaluation.run import PROTOCOL, evaluate

if TYPE_CHECKING:
    from pathlib import Path

FACE = [40.0, 20.0, 80.0, 60.0]


class BrightestSquare:
    """Finds the one white square of a picture."""

    def detect(self, frame: Frame) -> Detections:
        """The bounding box of all white pixels, score 0.9."""
        rows, columns = np.nonzero(frame.min(axis=2) > 200)
        box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        marks = np.zeros((1, 5, 2), np.float32)
        return Detections(np.array([box], np.float32), np.array([0.9], np.float32), marks)


def _labels(folder: Path, *boxes: list[list[float]] | None) -> Path:
    lines: list[str] = []
    for index, faces in enumerate(boxes):
        picture = np.zeros((100, 120, 3), np.uint8)
        picture[20:60, 40:80] = 255
        cv2.imwrite(str(folder / f"{index}.png"), picture)
        lines.append(json.dumps({"file": f"{index}.png", "boxes": faces}))
    path = folder / "labels.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _quiet(_done: int, _total: int) -> None:
    pass


def test_faces_found_are_counted(tmp_path: Path) -> None:
    labels = _labels(tmp_path, [FACE], [FACE, [0.0, 0.0, 10.0, 10.0]], [])
    result = evaluate(BrightestSquare(), labels, None, _quiet)
    assert result.images == 3
    # All scores are equal, so there is one operating point: 2 of 3 faces by 3 predictions.
    assert result.precision == {"all": pytest.approx(2 / 3 * 2 / 3)}


def test_unlabelled_pictures_cannot_be_evaluated(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no labels"):
        evaluate(BrightestSquare(), _labels(tmp_path, [FACE], None), None, _quiet)


@pytest.mark.torch
def test_pictures_of_another_set_are_no_wider_face(tmp_path: Path) -> None:
    pytest.importorskip("scipy")
    with pytest.raises(DataError, match=r"wider_\*_val\.mat"):
        evaluate(BrightestSquare(), _labels(tmp_path, [FACE]), tmp_path, _quiet)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["model.pt"], "ends in '.pt', known are .safetensors, .onnx, .tflite, .xml"),
        (["missing.safetensors"], "missing.safetensors"),
    ],
)
@pytest.mark.torch
def test_unusable_models_are_one_line(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch")
    labels = _labels(tmp_path, [FACE])
    assert main(["eval", *arguments, "--data", str(labels)]) == 2
    shown = capsys.readouterr().err
    assert message in shown
    assert shown.count("\n") == 1


@pytest.mark.torch
def test_a_checkpoint_is_evaluated_at_every_size(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch = pytest.importorskip("torch")
    from featherface_edge.models import checkpoints, registry  # noqa: PLC0415 - torch may be absent

    torch.manual_seed(0)
    model = tmp_path / "edge.safetensors"
    checkpoints.save(model, registry.build("edge"), "edge", {})
    labels, figures = _labels(tmp_path, [FACE]), tmp_path / "figures.json"
    for size in ("64x96", "64", "original"):
        given = [str(model), "--data", str(labels), "--size", size, "--json", str(figures)]
        assert main(["eval", *given]) == 0
        assert "AP all" in capsys.readouterr().out
        assert set(json.loads(figures.read_text(encoding="utf-8"))) == {str(model)}


@pytest.mark.torch
@pytest.mark.parametrize(("name", "size"), [("edge", (96, 128)), ("v1-lite", (70, 101))])
def test_own_size_means_no_scaling(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from featherface_edge.evaluation import checkpoint  # noqa: PLC0415 - torch may be absent
    from featherface_edge.models import checkpoints, registry  # noqa: PLC0415

    torch.manual_seed(0)
    path = tmp_path / f"{name}.safetensors"
    checkpoints.save(path, registry.build(name), name, {})
    detector = checkpoint.open_detector(path, PROTOCOL, None, threads=1)
    inputs: list[tuple[int, ...]] = []
    detector.model.register_forward_pre_hook(
        lambda _module, given: inputs.append(tuple(given[0].shape))
    )
    faces = detector.detect(np.random.default_rng(0).integers(0, 256, (70, 101, 3), np.uint8))
    assert inputs == [(1, 3, *size)]
    centres = (faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2
    assert len(centres)
    assert (centres < (150, 150)).all()
