"""The user's own profile: what was chosen for this board."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherface_edge.errors import BoardProfileError
from featherface_runtime.choice import Choice, read, user_file, write

if TYPE_CHECKING:
    from pathlib import Path

CHOICE = Choice("edge-nano", "litert", "int8", 4, (320, 256), board="0123", reason="p99 2 ms")


def _choice(engine: str, size: str) -> str:
    rest = 'model = "edge"\nprecision = "int8"\nthreads = 1'
    return f"[choice]\n{rest}\nengine = {engine}\nsize = {size}\n"


def test_what_was_written_is_read(tmp_path: Path) -> None:
    file = write(CHOICE, tmp_path / "deep" / "board.toml")
    assert read(file) == CHOICE


def test_a_fresh_choice_replaces_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "board.toml"
    file.write_text('# mine\ntitle = "Shed"\n[choice]\nmodel = "old"\n[use]\nthreads = 2\n')
    write(CHOICE, file)
    write(replace(CHOICE, threads=2), file)
    text = file.read_text()
    assert text.startswith('# mine\ntitle = "Shed"\n[use]\nthreads = 2\n')
    assert text.count("[choice]") == 1
    assert read(file) == replace(CHOICE, threads=2)


@given(st.text(), st.text(min_size=1))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, one: str, two: str) -> None:
    file = tmp_path_factory.mktemp("any") / "board.toml"
    write(replace(CHOICE, reason=two, model="old"), file)
    choice = replace(CHOICE, reason=one, model=two)
    assert read(write(choice, file)) == choice


def test_nothing_is_chosen_without_a_file_or_a_section(tmp_path: Path) -> None:
    file = tmp_path / "board.toml"
    assert read(file) is None
    file.write_text('title = "Shed"\n')
    assert read(file) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[choice", "no TOML"),
        ('[choice]\nmodel = "edge"\n', "lacks engine"),
        ("choice = 3\n", "choice is 3, wanted an object"),
        (
            _choice('"cuda"', "[320, 320]"),
            "'cuda' is unknown: wanted litert or openvino or onnx",
        ),
        (
            _choice('"onnx"', "[320]"),
            "size = [320] are not understood",
        ),
    ],
    ids=["no TOML", "half", "no section", "engine", "size"],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "board.toml"
    file.write_text(text)
    with pytest.raises(BoardProfileError, match=r"board\.toml") as caught:
        read(file)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ['choice = { model = "edge" }\n', 'title = """\n[choice]\n"""\n'],
    ids=["inline", "text"],
)
def test_a_choice_in_another_form_is_not_overwritten(tmp_path: Path, text: str) -> None:
    file = tmp_path / "board.toml"
    file.write_text(text)
    with pytest.raises(BoardProfileError, match="another form"):
        write(CHOICE, file)
    assert file.read_text() == text


def test_the_file_lies_in_the_user_s_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FEATHERFACE_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert user_file() == tmp_path / "featherface" / "board.toml"
    monkeypatch.setenv("FEATHERFACE_CONFIG", str(tmp_path / "other.toml"))
    assert user_file() == tmp_path / "other.toml"
