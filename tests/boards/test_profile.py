"""The profiles of boards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from featherface_boards.probe import Asked, Board, probe
from featherface_boards.probe.probing import no_cameras
from featherface_boards.profile import SHELF, current, every, load, matching, own, shelved
from featherface_edge.errors import BoardProfileError
from featherface_runtime.choice import Choice, write
from featherface_runtime.sources.uri import SOURCES
from featherface_runtime.zoo import SHELF as MODELS
from featherface_runtime.zoo import read_index
from tests.boards.roots import KINDS, make_root

OWN = 'like = "raspberry-pi-4"\ntitle = "Shed"\n[advice]\nthreads = 3\n'


def machine(root: Path, name: str) -> Board:
    return probe(make_root(root, KINDS[name]), Asked("3.11.2", 64, tuple, no_cameras))


@pytest.fixture
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "own" / "board.toml"
    monkeypatch.setenv("FEATHERFACE_CONFIG", str(file))
    file.parent.mkdir()
    return file


def test_every_kind_of_board_was_tried() -> None:
    assert set(KINDS) == set(shelved())


@pytest.mark.parametrize("name", KINDS)
def test_every_board_gets_its_profile(tmp_path: Path, name: str) -> None:
    board = machine(tmp_path, name)
    profile = matching(board)
    assert profile is not None
    assert profile.name == name
    assert profile.hardware.arch == board.arch
    if profile.hardware.compatible:
        assert set(profile.hardware.features) <= set(board.features)
        assert profile.hardware.cores == board.cores


@pytest.mark.parametrize("name", shelved())
def test_every_profile_advises_what_is_shipped(name: str) -> None:
    profile = load(name)
    shipped = {(each.network, (each.width, each.height)) for each in read_index(MODELS).artifacts}
    assert (profile.advice.model, profile.advice.size) in shipped
    assert profile.advice.camera.partition("://")[0] in SOURCES
    assert all(trap.source.startswith("https://") for trap in profile.traps)
    assert profile.traps


def test_no_two_profiles_claim_one_name() -> None:
    names = [name for each in every() for name in each.hardware.compatible]
    assert len(names) == len(set(names))


def test_the_most_exact_name_decides() -> None:
    carrier = Board(compatible=("nvidia,p3768-0000+p3767-0000", "nvidia,p3767-0005"))
    found = matching(carrier)
    assert found is not None
    assert found.name == "jetson-orin-nx"


def test_a_board_of_another_kind_has_no_profile() -> None:
    assert matching(Board(arch="riscv64", compatible=("starfive,visionfive-2",))) is None


def test_what_a_profile_leaves_out_is_that_of_the_one_that_it_is_like() -> None:
    first, second = load("raspberry-pi-5"), load("raspberry-pi-4")
    assert second.install == first.install
    assert second.hardware.arch == first.hardware.arch
    assert second.hardware.soc != first.hardware.soc
    assert second.traps[: len(first.traps)] == first.traps
    assert len(second.traps) > len(first.traps)


def test_the_user_s_own_profile_comes_first(tmp_path: Path, own_file: Path) -> None:
    board = machine(tmp_path / "root", "raspberry-pi-5")
    assert current(board) == load("raspberry-pi-5")
    own_file.write_text(OWN)
    found = current(board)
    assert found is not None
    assert found.title == "Shed"
    assert found.advice == replace(load("raspberry-pi-4").advice, threads=3)


def test_a_choice_alone_is_no_profile(own_file: Path) -> None:
    write(Choice("edge", "litert", "int8", 2, (320, 320)), own_file)
    assert own() is None
    own_file.write_text(OWN)
    write(Choice("edge", "litert", "int8", 2, (320, 320)), own_file)
    profile = own()
    assert profile is not None
    assert profile.title == "Shed"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("threads = 3", "threads = 0"), "threads = 0 is not understood: wanted 1 or more"),
        (("threads = 3", "thread = 3"), "unknown thread, known are engine, reason"),
        (("threads = 3", 'engine = "cuda"'), "wanted litert or openvino or onnx"),
        (("threads = 3", "size = [320]"), "size = [320] is not understood"),
        (('like = "raspberry-pi-4"\n', ""), "the profile lacks family, hardware"),
        (("raspberry-pi-4", "raspberry-pi-9"), "there is no profile raspberry-pi-9: known are"),
        (('title = "Shed"', "title = 3"), "the profile.title is 3, wanted a string"),
        (("[advice]", "[advice"), "no TOML"),
        (("[advice]", "traps = 1\n[advice]"), "traps is 1, wanted an array"),
    ],
    ids=["range", "key", "engine", "size", "lacks", "like", "kind", "TOML", "traps"],
)
def test_a_wrong_profile_is_refused(own_file: Path, change: tuple[str, str], said: str) -> None:
    own_file.write_text(OWN.replace(*change))
    with pytest.raises(BoardProfileError, match=r"board\.toml") as caught:
        load(str(own_file))
    assert said in str(caught.value)


def test_an_unknown_profile_names_the_known() -> None:
    with pytest.raises(BoardProfileError, match="did you mean raspberry-pi-4"):
        load("raspbery-pi-4")


def test_every_profile_stands_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "boards.md").read_text(encoding="utf-8")
    assert [name for name in shelved() if f"`{name}`" not in page] == []


def test_the_profiles_are_files_of_the_package() -> None:
    assert {file.suffix for file in SHELF.iterdir()} == {".toml"}
