"""Sets written and read back, and archives that are not to be believed."""

from __future__ import annotations

import hashlib
import io
import subprocess
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from featherface_calibration import CalibrationSet
from featherface_calibration.archive import from_json, open_archive, to_json, write_archive
from featherface_calibration.archive.headers import size_of
from featherface_edge.detection import letterbox
from featherface_edge.errors import DataError, UsageError
from tests.calibration.sets import noise, png, record_of, write_set
from tests.fakes import preprocessing

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    embeddings = write_set(tmp_path / "a.calib")
    with open_archive(tmp_path / "a.calib") as archive:
        assert archive.record == record_of([png(noise(seed)) for seed in range(4)])
        assert len(archive) == 4
        for seed, (_, frame) in enumerate(archive):
            np.testing.assert_array_equal(frame, noise(seed))
        found = archive.embeddings()
        assert found is not None
        np.testing.assert_array_equal(found, embeddings)
        archive.verify()


def test_canvases_are_those_of_the_extracted_photographs(tmp_path: Path) -> None:
    """What a folder of the pictures gives, and the archive, are the same canvases and name."""
    write_set(tmp_path / "a.calib")
    with zipfile.ZipFile(tmp_path / "a.calib") as plain:
        plain.extractall(tmp_path / "plain")
    folder = CalibrationSet.from_path(tmp_path / "plain")
    with open_archive(tmp_path / "a.calib") as archive:
        assert archive.fingerprint == folder.fingerprint
        for picture, canvas in zip(
            archive.record.pictures, folder.canvases(preprocessing()), strict=True
        ):
            np.testing.assert_array_equal(archive.canvas(picture), canvas)


@pytest.mark.parametrize("size", [(640, 427), (333, 999), (64, 64), (65, 63), (5, 4000), (7, 3)])
def test_a_picture_without_padding_is_laid_where_its_frame_was(size: tuple[int, int]) -> None:
    preprocess = preprocessing(96, 64)
    canvas, placement = letterbox(noise(1, *size), preprocess)
    width = round(placement.scale_x * placement.frame_width)
    height = round(placement.scale_y * placement.frame_height)
    again, _ = letterbox(canvas[:height, :width], preprocess)
    np.testing.assert_array_equal(again, canvas)


def test_equal_sets_are_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.calib", "b.calib"):
        write_set(tmp_path / name)
    assert (tmp_path / "a.calib").read_bytes() == (tmp_path / "b.calib").read_bytes()


def test_anyone_can_check_the_sums(tmp_path: Path) -> None:
    write_set(tmp_path / "a.calib")
    with zipfile.ZipFile(tmp_path / "a.calib") as plain:
        plain.extractall(tmp_path)
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],  # noqa: S607 -- of coreutils
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.count(": OK") == 6


def test_a_set_needs_its_suffix_and_a_place(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"does not end in \.calib"):
        write_set(tmp_path / "a.zip")
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        write_set(tmp_path / "file" / "a.calib")


def test_contents_must_be_those_of_the_record(tmp_path: Path) -> None:
    contents = [png(noise(seed)) for seed in range(3)]
    with pytest.raises(ValueError, match="another SHA-256"):
        write_archive(tmp_path / "a.calib", record_of(contents), contents[::-1])
    assert list(tmp_path.iterdir()) == []


def test_every_truncation_is_told(tmp_path: Path) -> None:
    write_set(tmp_path / "a.calib", range(2))
    whole = (tmp_path / "a.calib").read_bytes()
    for length in (*range(0, len(whole), 97), len(whole) - 1):
        (tmp_path / "a.calib").write_bytes(whole[:length])
        with pytest.raises(DataError, match="is no whole calibration set"):
            open_archive(tmp_path / "a.calib").close()


def test_changed_bytes_never_give_other_pictures(tmp_path: Path) -> None:
    """A changed byte is told, or lies where nothing of the set stands (dates, file modes)."""
    path, told = tmp_path / "a.calib", 0
    embeddings = write_set(path, range(2))
    whole, wanted = path.read_bytes(), record_of([png(noise(seed)) for seed in range(2)])
    rng = np.random.default_rng(0)
    for place in (*rng.integers(len(whole), size=300), *range(len(whole) - 600, len(whole), 3)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            with open_archive(path) as archive:
                assert archive.record == wanted
                for seed, (_, frame) in enumerate(archive):
                    np.testing.assert_array_equal(frame, noise(seed))
                np.testing.assert_array_equal(archive.embeddings(), embeddings)
        except DataError:
            told += 1
    assert told > 300


def forged(path: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> None:
    """Write an archive whose sums fit, whatever it holds."""
    sums = "".join(
        f"{hashlib.sha256(each).hexdigest()}  {name}\n" for name, each in members.items()
    )
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in (*members.items(), ("SHA256SUMS", sums.encode())):
            archive.writestr(name, content)


def members() -> dict[str, bytes]:
    contents = [png(noise(seed)) for seed in range(2)]
    kept = record_of(contents)
    files = {each.file: content for each, content in zip(kept.pictures, contents, strict=True)}
    return {**files, "manifest.json": to_json(kept).encode()}


def test_a_forger_s_archive_is_one_of_ours_until_it_is_forged(tmp_path: Path) -> None:
    forged(tmp_path / "a.calib", members())
    with open_archive(tmp_path / "a.calib") as archive:
        archive.verify()
        assert archive.embeddings() is None


def npy(shape: tuple[int, ...], kind: str = "<f4", value: float = 0.0) -> bytes:
    """Give a .npy file."""
    stream = io.BytesIO()
    np.save(stream, np.full(shape, value, kind))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ({"../../escaped.jpg": b"x"}, "it holds a file that no set has"),
        ({"/etc/passwd": b"x"}, "it holds a file that no set has"),
        ({"images/../../x.jpg": b"x"}, "do not name the same pictures"),
        ({"images/000009.png": b"x"}, "do not name the same pictures"),
        ({"manifest.json": b"{}"}, "schema_version is None"),
        ({"manifest.json": b"[" * 90_000}, "is no whole calibration set"),
        ({"manifest.json": b"\xff"}, "utf-8"),
        ({"embeddings.npy": b"\x93NUMPY\x01\x00"}, "is no whole"),
        ({"embeddings.npy": npy((2, 3))[:-1]}, "is no whole"),
        ({"embeddings.npy": npy((3, 2))}, "is float32 of shape"),
        ({"embeddings.npy": npy((2, 3), "<f8")}, "is float64 of shape"),
        ({"embeddings.npy": npy((2, 3)).replace(b"(2, 3)", b"(2, 9)")}, "is float32 of shape"),
        ({"embeddings.npy": npy((2, 3)).replace(b"3), }         ", b"3000000000), }")}, "of shape"),
        ({"embeddings.npy": npy((2, 3), value=np.inf)}, "holds numbers that are none"),
    ],
)
def test_forged_members_are_refused(tmp_path: Path, added: dict[str, bytes], told: str) -> None:
    forged(tmp_path / "a.calib", {**members(), **added})
    with (
        pytest.raises(DataError, match=told),
        open_archive(tmp_path / "a.calib") as archive,
    ):
        archive.verify()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.calib"]


def test_packed_members_are_refused(tmp_path: Path) -> None:
    forged(tmp_path / "a.calib", members(), zipfile.ZIP_DEFLATED)
    with pytest.raises(DataError, match="is packed, wanted it stored"):
        open_archive(tmp_path / "a.calib")


def test_a_picture_that_claims_to_be_huge_is_not_decoded(tmp_path: Path) -> None:
    """The header of a picture bomb is read; its pixels are not."""
    content = bytearray(png(noise(0)))
    content[16:24] = (30_000).to_bytes(4, "big") * 2
    forged(
        tmp_path / "a.calib",
        {
            "images/000000.png": bytes(content),
            "manifest.json": to_json(record_of([bytes(content)])).encode(),
        },
    )
    with (
        pytest.raises(DataError, match=r"images/000000\.png is not 64x48"),
        open_archive(tmp_path / "a.calib") as archive,
    ):
        archive.verify()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.calib cannot be read \(No such file"):
        open_archive(tmp_path / "none.calib")


def test_the_manifest_is_read_strictly() -> None:
    kept = record_of([png(noise(0))])
    assert from_json(to_json(kept)) == kept
    with pytest.raises(ValueError, match="schema_version is 2, this release knows 1"):
        from_json(to_json(kept).replace('"schema_version": 1', '"schema_version": 2'))
    with pytest.raises(ValueError, match="unknown sead"):
        from_json(to_json(kept).replace('"seed"', '"sead": 1, "seed"'))
    with pytest.raises(ValueError, match=r"file is '\.\./x\.png'"):
        from_json(to_json(kept).replace("images/000000.png", "../x.png"))
    with pytest.raises(ValueError, match="wanted at most 64x64"):
        replace(kept, pictures=(replace(kept.pictures[0], width=65),))


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_sizes_are_read_from_headers(suffix: str) -> None:
    _, encoded = cv2.imencode(suffix, noise(0, 123, 45))
    content = encoded.tobytes()
    assert size_of(content) == (123, 45)
    for length in range(24):
        with pytest.raises(ValueError, match="no header of a JPEG"):
            size_of(content[:length])
