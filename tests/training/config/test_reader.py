from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from featherface_edge.errors import UsageError
from featherface_edge.training.config.reader import presets, read_config, to_toml
from featherface_edge.training.config.records import FeatureConfig
from featherface_edge.training.config.tables import dotted_keys
from tests.training import configs

if TYPE_CHECKING:
    from featherface_edge.training.config.records import TrainConfig

FILE = """\
network = "edge"
[data]
train = ["faces/train.jsonl"]
[loop]
batch = 8
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "run.toml"
    path.write_text(FILE)
    return path


def refusal(file: Path, *overrides: str) -> str:
    with pytest.raises(UsageError) as refused:
        read_config(file, overrides)
    text = str(refused.value)
    assert "\n" not in text
    assert str(file) in text
    return text


@given(configs.configs)
def test_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, config: TrainConfig
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(to_toml(config), encoding="utf-8")
    assert read_config(path) == config


def test_what_is_not_given_has_its_default(file: Path) -> None:
    config = read_config(file)
    wanted = replace(configs.PLAIN.data, train=(file.parent / "faces/train.jsonl",))
    loop = replace(configs.PLAIN.loop, batch=8)
    assert config == replace(configs.PLAIN, data=wanted, loop=loop)


def test_paths_of_the_file_start_at_its_folder_and_others_at_the_working_one(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    data = read_config(Path(os.path.relpath(file)), ["data.val=../val.jsonl"]).data
    assert data.train == (file.parent / "faces/train.jsonl",)
    assert data.val == Path("/val.jsonl")


def test_the_home_folder_is_known(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert read_config(file, ["data.val=~/val.jsonl"]).data.val == Path("/home/somebody/val.jsonl")


@pytest.mark.parametrize(
    ("override", "key", "value"),
    [
        ("loop.batch=16", "loop.batch", 16),
        ("loop.batch = 16", "loop.batch", 16),
        ("optimizer.rate=1", "optimizer.rate", 1.0),
        ("optimizer.rate=4e-4", "optimizer.rate", 4e-4),
        ("loop.freeze_norm=true", "loop.freeze_norm", True),
        ("loop.precision=bfloat16", "loop.precision", "bfloat16"),
        ('loop.precision="bfloat16"', "loop.precision", "bfloat16"),
        ("network=2024", "network", "2024"),
        ("log.project=true", "log.project", "true"),
        ("data.val=/a=b.jsonl", "data.val", Path("/a=b.jsonl")),
        ("data.val=/2024", "data.val", Path("/2024")),
        ("data.train=/a.jsonl", "data.train", (Path("/a.jsonl"),)),
        ("data.train=['/a', '/b']", "data.train", (Path("/a"), Path("/b"))),
        ("data.complete=masks", "data.complete", ("masks",)),
        ("data.shares.masks=0.2", "data.shares", {"masks": 0.2}),
        ("data.shares.a.b=1", "data.shares", {"a.b": 1.0}),
        ("data.shares={a=1, b=2}", "data.shares", {"a": 1.0, "b": 2.0}),
        ("schedule.milestones=[]", "schedule.milestones", ()),
        ("stop.eager=[100, 120]", "stop.eager", (100, 120)),
        ("loop.batch=", "loop.batch", 32),
        ("data.val=", "data.val", None),
    ],
)
def test_overrides(file: Path, override: str, key: str, value: object) -> None:
    found: object = read_config(file, ["data.val=/val.jsonl", override])
    for name in key.split("."):
        found = getattr(found, name)
    assert found == value
    assert type(found) is type(value) or isinstance(value, Path)


def test_the_last_override_wins_and_sections_can_begin_and_end(file: Path) -> None:
    features = "distill.features=[{student='neck', teacher='neck', weight=2}]"
    given = ["distill.teacher=/v1.safetensors", features, "loop.batch=4", "loop.batch=12"]
    config = read_config(file, given)
    assert config.loop.batch == 12
    assert config.distill is not None
    assert config.distill.features == (FeatureConfig("neck", "neck", weight=2.0),)
    assert read_config(file, [*given, "distill="]).distill is None


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("loop.bach=3", ["no key loop.bach", "did you mean loop.batch?", "epochs, steps, batch"]),
        ("batch=3", ["no key batch", "did you mean loop.batch", "network, data"]),
        ("optimiser.rate=3", ["no key optimiser", "did you mean optimizer?"]),
        ("qqq=3", ["no key qqq: Known at the top are network"]),
        ("loop.batch.size=3", ["loop.batch is no section"]),
        ("distill.features=[{student='a', teacer='b'}]", ["distill.features[0].teacher?"]),
        ("loop.batch=eight", ["loop.batch is 'eight', wanted a whole number"]),
        ("loop.batch=true", ["loop.batch is True, wanted a whole number"]),
        ("loop.batch=8.0", ["loop.batch is 8.0, wanted a whole number"]),
        (f"seed={2**70}", ["seed is 118", "wanted a whole number"]),
        (f"seed={'9' * 5000}", ["seed is '999", "wanted a whole number"]),
        ("loop.batch=0", ["loop.batch is 0, wanted above 0"]),
        ("optimizer.rate=nan", ["optimizer.rate is nan, wanted a number"]),
        ("optimizer.rate=inf", ["optimizer.rate is inf, wanted a number"]),
        ("loop.freeze_norm=1", ["loop.freeze_norm is 1, wanted true or false"]),
        ("loop.precision=fp16", ["wanted one of float32, bfloat16, float16"]),
        ("distill.alpha=[1]", ["distill.alpha is [1], wanted 3 values"]),
        ("distill.alpha=0.5", ["distill.alpha is 0.5, wanted an array"]),
        ("distill.temperature=2.0", ["distill.teacher is missing"]),
        ("data.train=[1]", ["data.train[0] is 1, wanted a path"]),
        ("data.val=''", ["data.val is '', wanted a path"]),
        ("data.shares.masks=many", ["data.shares.masks is 'many', wanted a number"]),
        ("data.shares.masks=-1", ["data.shares are {'masks': -1.0}"]),
        ("data.train=", ["data.train is missing"]),
        ("network=", ["network is missing"]),
        ("loop=3", ["loop is a section", "loop.epochs=..."]),
        ("loop.batch", ["'loop.batch' is no override, wanted section.key=value"]),
        ("=3", ["is no override"]),
        ("seed=1\nthreads=2", ["is no override"]),
    ],
)
def test_a_wrong_override_is_one_line_that_says_what_to_do(
    file: Path, override: str, words: list[str]
) -> None:
    text = refusal(file, override)
    assert override in text or repr(override) in text
    for word in words:
        assert word in text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["network is missing"]),
        ('network = "edge"', ["data.train is missing"]),
        ("network = 3\n[data]\ntrain=['a']", ["network is 3, wanted a text"]),
        ("network = [", ["no TOML", "line 1"]),
        ("seed = 1\nseed = 2", ["no TOML", "line 2"]),
        (FILE + "bacth = 3", ["no key loop.bacth", "loop.batch?"]),
        (FILE + "[extra]\nx = 1", ["no key extra"]),
        ("network = 'edge'\ndata = 3", ["data is 3, wanted a table"]),
        ("loop = 3\n" + FILE.replace("[loop]\nbatch = 8", ""), ["loop is 3, wanted a table"]),
        (FILE + "seed = 2020-01-01", ["no key loop.seed", "did you mean seed?"]),
        (FILE + "epochs = 2020-01-01", ["loop.epochs is datetime", "wanted a whole number"]),
    ],
)
def test_a_wrong_file_is_one_line_that_says_what_to_do(
    file: Path, content: str, words: list[str]
) -> None:
    file.write_text(content)
    text = refusal(file)
    for word in words:
        assert word in text


def test_an_override_into_what_is_no_section(file: Path) -> None:
    file.write_text("loop = 3\n" + FILE.replace("[loop]\nbatch = 8", ""))
    assert "loop is 3, wanted a table" in refusal(file, "loop.batch=2")


def test_files_that_are_none(file: Path) -> None:
    file.write_bytes(b"network = '\xff'")
    assert "is no TOML" in refusal(file)
    assert "cannot be read (Is a directory)" in refusal(file.parent)
    assert "does not exist: give a training file" in refusal(file.with_name("none.toml"))


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_a_run_on_given_photographs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = read_config(Path(name), ["data.train=faces.jsonl"])
    assert config.data.train == (tmp_path / "faces.jsonl",)
    assert set(presets()) <= set(refusal(Path("nothing")).replace(",", "").split())


def test_a_file_goes_before_a_preset(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    file.rename("edge")
    assert read_config(Path("edge")).loop.batch == 8


def test_every_key_can_be_named() -> None:
    keys = dotted_keys(type(configs.PLAIN))
    assert {"network", "loop.batch", "data.shares", "distill.teacher"} <= set(keys)
    assert len(keys) == len(set(keys))


def test_the_documented_training_file_is_one(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "training.md").read_text(encoding="utf-8")
    file = tmp_path / "documented.toml"
    file.write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    config = read_config(file)
    assert config.distill is not None
    assert config.distill.features[0].student == "neck.out3"
    assert config.stop.eager == (60, 80)
