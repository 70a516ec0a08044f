"""Every format: what is written is what is read, and damage is one line that names its place."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from featherface_edge.data.formats import read_dataset
from featherface_edge.errors import DataError
from tests.data.label_files import FORMATS, Samples, assert_same, one_sample, samples

NAMES = [
    pytest.param(name, marks=pytest.mark.torch) if name in {"yolo", "voc"} else name
    for name in FORMATS
]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25)
@given(pictures=samples())
def test_what_is_written_is_read(name: str, pictures: Samples) -> None:
    with TemporaryDirectory() as folder:
        found = read_dataset(FORMATS[name].write(Path(folder) / "set", pictures))
    assert len(found) == len(pictures)
    for image, sample in zip(found, pictures, strict=True):
        assert_same(image, sample, FORMATS[name])


def _label_file(path: Path) -> Path:
    """The (first) file with labels of what a writer gave."""
    if path.is_file():
        return path
    return next(file for file in sorted(path.rglob("*")) if file.suffix in {".txt", ".xml"})


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(cut=st.integers(0, 400), junk=st.binary(max_size=12))
def test_damage_is_refused_in_one_line_or_read(name: str, cut: int, junk: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = FORMATS[name].write(Path(folder) / "set", [one_sample(), one_sample(name="two")])
        file = _label_file(path)
        data = file.read_bytes()
        at = cut % (len(data) + 1)
        file.write_bytes(data[:at] + junk)
        try:
            read_dataset(path)
        except DataError as error:
            assert "\n" not in str(error)  # noqa: PT017 - most damage is refused, some is not seen
            assert file.name in str(error)  # noqa: PT017 - as above


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("bad", "message"),
    [("nan", "nan"), ("1e9", "1e"), ("inf", "inf"), ("wide", "")],
    ids=["NaN", "huge", "infinite", "word"],
)
def test_bad_numbers_are_refused_with_their_file(
    name: str, bad: str, message: str, tmp_path: Path
) -> None:
    sample = one_sample(boxes=[(10, 6, 20, 23)])
    path = FORMATS[name].write(tmp_path / "set", [sample])
    file = _label_file(path)
    text = file.read_text(encoding="utf-8")
    number = {"coco": "17", "yolo": "0.56666667", "retinaface": "17", "widerface": "17"}
    spelled = {"nan": "NaN", "inf": "Infinity"}.get(bad, bad) if name in {"jsonl", "coco"} else bad
    damaged = text.replace(number.get(name, "23"), spelled, 1)
    assert damaged != text
    file.write_text(damaged, encoding="utf-8")
    with pytest.raises(DataError, match=file.name) as caught:
        read_dataset(path)
    assert message in str(caught.value).lower()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["jsonl", "widerface", "retinaface", "coco", NAMES[4]])
def test_other_encodings_are_refused_with_the_line(name: str, tmp_path: Path) -> None:
    path = FORMATS[name].write(tmp_path / "set", [one_sample(), one_sample(name="two")])
    file = _label_file(path)
    file.write_bytes(b"\xff\xfe" + file.read_bytes())
    with pytest.raises(DataError, match="line 1: byte 0xff is no UTF-8"):
        read_dataset(path)


@pytest.mark.parametrize("name", NAMES)
def test_a_byte_order_mark_is_no_damage(name: str, tmp_path: Path) -> None:
    path = FORMATS[name].write(tmp_path / "set", [one_sample()])
    file = _label_file(path)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert_same(read_dataset(path)[0], one_sample(), FORMATS[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_in_place_of_a_file_is_refused(name: str, tmp_path: Path) -> None:
    path = FORMATS[name].write(tmp_path / "set", [one_sample()])
    file = _label_file(path)
    file.unlink()
    file.mkdir()
    if name == "yolo":  # a picture without a text has no face
        assert len(read_dataset(path)[0].ignore) == 0
    else:
        with pytest.raises(DataError, match=str(path)):
            read_dataset(path)


@pytest.mark.parametrize("name", ["jsonl", "widerface", "retinaface"])
def test_an_empty_file_is_no_data_set(name: str, tmp_path: Path) -> None:
    path = FORMATS[name].write(tmp_path / "set", [])
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(DataError, match="names no picture"):
        read_dataset(path)


def test_what_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere does not exist"):
        read_dataset(tmp_path / "nowhere")


def test_unknown_files_are_told_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"table\.csv holds no labels.*COCO"):
        read_dataset(tmp_path / "table.csv")


def test_a_folder_of_label_files_names_them(tmp_path: Path) -> None:
    for name in ("train", "val"):
        FORMATS["jsonl"].write(tmp_path / name, [one_sample()])
        shutil.move(tmp_path / name / "labels.jsonl", tmp_path / f"{name}.jsonl")
    with pytest.raises(DataError, match=r"such as .*train\.jsonl, .*val\.jsonl"):
        read_dataset(tmp_path)
