"""The zoo's builder on tiny models, whose conversion alone is made up."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")
pytest.importorskip("onnxscript")

from featherface_converters import naming
from featherface_converters.targets import open_target
from featherface_converters.zoo import clock, stock
from featherface_converters.zoo.__main__ import main
from featherface_converters.zoo.packing import pack
from featherface_converters.zoo.preference import preferred
from featherface_edge.models.checkpoints import shipped
from featherface_runtime import Detector
from featherface_runtime.zoo import SUFFIXES, Shipped, model_file, read_index
from tests.evaluation.wider_files import write_ground_truth
from tests.fakes import model_spec
from tests.pictures import write_photograph
from tests.runtime.model_files import scene, write_onnx, write_openvino
from tests.runtime.tflite_files import write_tflite
from tests.runtime.zoo_index import artifact, zoo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from featherface_converters.convert import Order

pytestmark = [
    pytest.mark.convert,
    pytest.mark.torch,
    pytest.mark.onnx,
    pytest.mark.tflite,
    pytest.mark.openvino,
]

SPEC = model_spec(96, 64)
CELLS = ((2, 3), (4, 7), (5, 2))  # row and column of the face in each picture
WRITERS: dict[str, Callable[..., None]] = {
    "tflite-int8": write_tflite,
    "openvino-int8": write_openvino,
    "onnx-int8": write_onnx,
}


class Conversions:
    """A conversion into tiny models that see a bright cell as a face; some have a failed proof."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.failing = set[str]()

    def __call__(self, order: Order, _say: Callable[[str], None]) -> list[Any]:
        self.orders.append(order)
        outcomes: list[Any] = []
        for name in order.targets:
            spec = replace(SPEC, precision="int8", proof={"verdict": "passed"})
            path = order.out / naming.artifact_name(spec, open_target(name).recipe)
            faults = ["recall 0.500 < 0.92"] if name in self.failing else []
            final = naming.failed(path) if faults else path
            final.parent.mkdir(parents=True, exist_ok=True)
            WRITERS[name](final, spec)
            outcomes.append(SimpleNamespace(path=final, proof=SimpleNamespace(faults=faults)))
        return outcomes


@pytest.fixture(name="conversions")
def _conversions(monkeypatch: pytest.MonkeyPatch) -> Conversions:
    made = Conversions()
    monkeypatch.setattr(stock, "convert", made)
    monkeypatch.setattr(clock, "ROUNDS", 2)
    return made


@pytest.fixture(name="command")
def _command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the arguments of a build from three pictures, with landmarks two pixels off."""
    lines: list[str] = []
    faces: dict[str, list[list[float]]] = {}
    for number, (row, column) in enumerate(CELLS):
        file = write_photograph(tmp_path / f"p{number}.png", scene(SPEC, row, column))
        x, y = 8 * column + 4, 8 * row + 4
        faces[file.stem] = [[x - 8, y - 8, 16, 16]]
        label = {
            "file": file.name,
            "boxes": [[x - 8, y - 8, x + 8, y + 8]],
            "landmarks": [[x + 2, y] * 5],
        }
        lines.append(json.dumps(label))
    labels = tmp_path / "labels.jsonl"
    labels.write_text("\n".join(lines), encoding="utf-8")
    keep = {name: [1] for name in faces}
    write_ground_truth(
        tmp_path, {"0--Event": faces}, dict.fromkeys(("easy", "medium", "hard"), keep)
    )
    rival = tmp_path / "rival"
    rival.mkdir()
    for side in (640, 96):
        write_onnx(rival / f"{side}.onnx", replace(model_spec(side, side), network="rival"))
    write_onnx(rival / "foreign.onnx", SPEC, manifest=None)
    flags = {
        "--val": labels,
        "--ground-truth": tmp_path,
        "--landmarks": labels,
        "--references": rival,
        "--size": "96x64",
        "--work": tmp_path / "work",
        "--out": tmp_path / "shelf",
    }
    given = [str(shipped()), *(str(part) for flag in flags.items() for part in flag)]
    monkeypatch.setattr("sys.argv", ["zoo", *given])
    return given


def test_a_zoo_is_built_and_taken_over(
    command: list[str], conversions: Conversions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "old").write_text("")
    assert main() == 0
    assert "edge*" in capsys.readouterr().out
    index = read_index(shelf)
    assert {path.name for path in shelf.iterdir()} == {"index.json", "edge-96x64.tar.xz"}
    assert [each.format for each in index.artifacts] == list(SUFFIXES)
    for each in index.artifacts:
        assert (each.precision.easy, each.precision.hard) == (1, 1)
        assert each.landmark_error == pytest.approx(2 / 16, abs=0.01)
        assert each.timing.milliseconds > 0
        assert (each.timing.ratio is None) == (each.format != "onnx")
    assert index.reference.name == "rival"
    assert index.reference.others["onnx"]["640x640"] == pytest.approx(1)
    assert set(index.reference.others["onnx"]) == {"640x640", "96x96"}
    assert "3 photographs of WIDER FACE val (labels.jsonl), a subset" in index.conditions["AP"]
    with model_file(Shipped("edge", None, "onnx"), shelf) as path, Detector(path) as detector:
        assert len(detector.detect(scene(SPEC))) == 1
    assert main() == 0
    assert len(conversions.orders) == 1
    again = read_index(shelf)
    assert again.archives == index.archives
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_what_is_not_proven_is_left_out(
    command: list[str], conversions: Conversions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conversions.failing = {"openvino-int8"}
    assert command
    assert main() == 3
    assert "left out: edge-96x64-int8.failed.xml: recall 0.500 < 0.92" in capsys.readouterr().err
    index = read_index(tmp_path / "shelf")
    assert [each.format for each in index.artifacts] == ["tflite", "onnx"]


def test_proofs_and_tuning_are_those_of_fe_convert(
    command: list[str], conversions: Conversions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = tmp_path / "labels.jsonl"
    monkeypatch.setattr("sys.argv", ["zoo", *command, "--tune", str(tmp_path)])
    assert main() == 0
    monkeypatch.setattr("sys.argv", ["zoo", *command, "--proof-images", str(labels)])
    assert main() == 0
    first, second = conversions.orders
    assert first.tuning is not None
    assert len(first.tuning.photographs) == 3
    assert (first.labels, first.photographs.name) == (None, "shipped proof")
    assert second.tuning is None
    assert (second.labels, second.photographs.name) == (labels, "labels")
    assert first.out != second.out


def test_nothing_proven_is_nothing_shipped(
    command: list[str], conversions: Conversions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conversions.failing = set(WRITERS)
    assert command
    assert main() == 2
    assert "no proof passed" in capsys.readouterr().err
    assert not (tmp_path / "shelf").exists()


def test_a_rival_needs_its_unit(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command
    (tmp_path / "rival" / "640.onnx").unlink()
    assert main() == 2
    assert "wanted those of one rival, 640x640 among them" in capsys.readouterr().err


def test_faces_without_landmarks_cannot_be_measured(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command
    labels = tmp_path / "labels.jsonl"
    lines = [json.loads(line) for line in labels.read_text().splitlines()]
    labels.write_text("\n".join(json.dumps({**line, "landmarks": [None]}) for line in lines))
    assert main() == 2
    assert "has landmarks: give labels with five points" in capsys.readouterr().err


def test_an_archive_depends_on_contents_alone(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        for name in ("one", "two"):
            (tmp_path / folder / name).write_text(name)
    (tmp_path / "b" / "one").chmod(0o600)
    first = pack([tmp_path / "a" / "one", tmp_path / "a" / "two"], tmp_path / "first.tar.xz")
    second = pack([tmp_path / "b" / "two", tmp_path / "b" / "one"], tmp_path / "second.tar.xz")
    assert first.sha256 == second.sha256


@pytest.mark.parametrize(
    ("within", "network", "words"),
    [
        (1.0, "large", "the best mean AP (80.0) among models that take at most 1 of the time of"),
        (
            0.5,
            "edge",
            "at most 0.5 of the time of rival at 640x640 and whose landmarks are within 0.1 face",
        ),
        (0.1, "small", "the quickest; none takes at most 0.1"),
    ],
)
def test_the_default_is_the_best_that_is_quick_enough(
    within: float, network: str, words: str
) -> None:
    artifacts = (
        artifact("large", ratio=0.9, hard=0.7),
        artifact("large", "onnx", ratio=0.7, hard=0.7),
        artifact("edge", ratio=0.4, hard=0.5),
        artifact("small", ratio=0.2, hard=0.4),
        artifact("unknown", ratio=None, hard=0.9),
    )
    found = preferred(artifacts, zoo(artifacts).reference, within)
    assert found.network == network
    assert words in found.reason


def test_a_default_has_landmarks_that_work() -> None:
    lost = replace(artifact("lost", hard=0.9), landmark_error=0.2)
    artifacts = (lost, artifact("edge", hard=0.5))
    assert preferred(artifacts, zoo(artifacts).reference, 0.5).network == "edge"
    assert preferred((lost,), zoo((lost,)).reference, 0.5).network == "lost"
