from __future__ import annotations

import shutil
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from featherface_edge.cli import main  # noqa: E402
from featherface_edge.data.formats import read_dataset  # noqa: E402
from featherface_edge.models import checkpoints, registry  # noqa: E402
from featherface_edge.training.config.reader import presets, read_config  # noqa: E402
from tests.training.face_set import PHOTOS, write_labels  # noqa: E402

pytestmark = pytest.mark.torch


def _published(path: Path, name: str) -> Path:
    torch.save(registry.build(name).state_dict(), path)
    return path


def test_import_writes_a_checkpoint_with_its_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = _published(tmp_path / "published.pth", "retinaface-mnet0.25")
    out = tmp_path / "ours.safetensors"
    given = ["train", "import", str(source), "--network", "retinaface-mnet0.25", "-o", str(out)]
    assert main(given) == 0
    assert "426,608 parameters" in capsys.readouterr().out
    training = checkpoints.load(out).spec.training
    assert training["source"] == "published.pth"
    assert len(training["source_sha256"]) == 64


def test_a_file_of_another_network_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = _published(tmp_path / "published.pth", "retinaface-mnet0.25")
    out = tmp_path / "ours.safetensors"
    assert main(["train", "import", str(source), "--network", "v1", "-o", str(out)]) == 2
    shown = capsys.readouterr().err
    assert "missing" in shown
    assert "unexpected" in shown
    assert not out.exists()


MINIMAL = """
network = "v2"
[data]
train = ["faces.jsonl"]
"""
TAUGHT = (
    MINIMAL
    + """
[distill]
teacher = "teacher.safetensors"
"""
)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    write_labels(tmp_path / "faces.jsonl", 2)
    (tmp_path / "plain.toml").write_text(MINIMAL, encoding="utf-8")
    (tmp_path / "taught.toml").write_text(TAUGHT, encoding="utf-8")
    checkpoints.save(tmp_path / "teacher.safetensors", registry.build("v1-c24"), "v1-c24", {})
    return tmp_path


def _complaint(
    folder: Path, given: list[str], capsys: pytest.CaptureFixture[str], out: str = "run"
) -> str:
    """What the command line says when it fails; nothing of a run may be left."""
    assert (
        main(["train", given[0], str(folder / given[1]), *given[2:], "-o", str(folder / out)]) == 2
    )
    assert not list((folder / out).glob("*.safetensors"))
    shown = capsys.readouterr().err
    assert len(shown.splitlines()) == 1
    return shown


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["fit", "none.toml"], "does not exist"),
        (["fit", "plain.toml", "loop.bach=3"], "loop.batch"),
        (["fit", "plain.toml", "network=v3"], "unknown network 'v3'"),
        (["fit", "taught.toml"], "fe-train distill"),
        (["distill", "plain.toml"], "names no teacher"),
        (["distill", "plain.toml", "distill.teacher=absent.safetensors"], "absent.safetensors"),
        (["fit", "plain.toml", "warm_start=true"], "wanted a section distill"),
        (["distill", "taught.toml", "warm_start=true"], "makes 'edge' from a V1 teacher"),
        (["distill", "taught.toml", "distill.anneal=0.3"], "edge, edge-lean have"),
        (["fit", "plain.toml", "data.train=[]"], "names no label file"),
        (["fit", "plain.toml", "loop.side=100"], "multiple of 32"),
    ],
)
def test_wrong_configurations_are_named(
    folder: Path, given: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in _complaint(folder, given, capsys)


def test_settings_may_follow_options(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = str(folder / "plain.toml")
    assert main(["train", "fit", config, "-o", str(folder / "run"), "loop.side=100"]) == 2
    assert "multiple of 32" in capsys.readouterr().err


def test_features_of_unknown_parts_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feature = 'distill.features=[{student = "contex.0", teacher = "context.0"}]'
    assert "has no part 'contex.0'" in _complaint(
        folder, ["distill", "taught.toml", feature], capsys
    )


def test_a_start_of_another_network_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = f"start={folder / 'teacher.safetensors'}"
    assert "is 'v1-c24', the run trains 'v2'" in _complaint(
        folder, ["fit", "plain.toml", start], capsys
    )


def test_a_broken_label_file_names_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (folder / "faces.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"file": "x.jpg", "boxes": [[1, 2, 3]]}\n')
    assert "line 3" in _complaint(folder, ["fit", "plain.toml"], capsys)


def test_a_set_without_faces_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "faces.jsonl").write_text('{"file": "x.jpg", "boxes": []}\n', encoding="utf-8")
    assert "no face" in _complaint(folder, ["fit", "plain.toml"], capsys)


def test_a_missing_photograph_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = '{"file": "gone.jpg", "boxes": [[10, 10, 50, 50]]}\n'
    (folder / "faces.jsonl").write_text(line, encoding="utf-8")
    assert "gone.jpg" in _complaint(folder, ["fit", "plain.toml"], capsys)


@pytest.mark.parametrize("workers", [0, 1])
def test_a_broken_photograph_is_named(
    folder: Path, workers: int, capsys: pytest.CaptureFixture[str]
) -> None:
    line = '{"file": "broken.jpg", "boxes": [[10, 10, 50, 50]]}\n'
    (folder / "faces.jsonl").write_text(line, encoding="utf-8")
    (folder / "broken.jpg").write_bytes(b"no picture")
    given = ["fit", "plain.toml", "loop.side=64", "loop.batch=2", f"loop.workers={workers}"]
    shown = _complaint(folder, given, capsys)
    assert "broken.jpg is no picture" in shown
    assert "Traceback" not in shown


def test_photographs_are_labelled_and_learnt_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = tmp_path / "photos" / "deep"
    photos.mkdir(parents=True)
    for file in sorted(PHOTOS.glob("0[0-2]-*.jpg")):
        shutil.copy(file, photos)
    out = tmp_path / "labels.jsonl"
    given = [str(checkpoints.shipped()), str(tmp_path / "photos"), "-o", str(out)]
    assert main(["train", "label", *given]) == 0
    assert "3 faces in 3 pictures" in capsys.readouterr().out
    images = read_dataset(out)
    assert [len(image.boxes) for image in images if image.boxes is not None] == [1, 1, 1]
    assert all(image.file.is_file() and image.dataset == "photos" for image in images)
    assert main(["train", "label", *given, "--sure", "0.2"]) == 2
    assert "must rise" in capsys.readouterr().err
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["train", "label", given[0], str(empty), "-o", str(out)]) == 2
    assert "holds no pictures" in capsys.readouterr().err


def test_networks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "networks"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in registry.NETWORKS)


def test_data_are_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = folder / "sheet.png"
    given = ["train", "check-data", str(folder / "faces.jsonl"), "--sheet", str(sheet)]
    assert main(given) == 0
    assert sheet.stat().st_size > 10_000
    with (folder / "faces.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"file": "gone.jpg", "boxes": []}\n')
    assert main(given) == 1
    assert "gone.jpg" in capsys.readouterr().out


@pytest.mark.parametrize("name", presets())
def test_shipped_training_files_are_whole(name: str) -> None:
    config = read_config(Path(name), [])
    assert config.network in registry.NETWORKS
    assert config.loop.epochs > 0
