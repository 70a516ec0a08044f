from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from featherface_edge.cli import main
from featherface_runtime.camera import CameraSettings, FeedSettings
from featherface_runtime.camera.model import for_board, opened, spares
from featherface_runtime.camera.show import build
from featherface_runtime.choice import Choice, write
from featherface_runtime.live import StreamOptions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.runtime.conftest import FakeModel

NANO = Choice("edge-nano", "onnx", "int8", 3, (320, 256), "CPUExecutionProvider", "b", "4 ms")
PICO = Choice("edge-pico", "litert", "int8", 2, (640, 480), reason="advised for a board")
NONE = CameraSettings()


def nothing() -> Choice | None:
    return None


def test_what_was_measured_comes_first() -> None:
    settings, why = for_board(NONE, lambda: NANO, lambda: PICO)
    assert (settings.model, settings.size, settings.format) == ("edge-nano", (320, 256), "onnx")
    assert (settings.threads, settings.provider) == (3, "CPUExecutionProvider")
    assert why == "4 ms"
    own = replace(NONE, threads=1, provider="cpu")
    settings, _ = for_board(own, lambda: NANO, lambda: PICO)
    assert (settings.model, settings.threads, settings.provider) == ("edge-nano", 1, "cpu")


def test_the_profile_advises_in_whatever_format_is_there() -> None:
    settings, why = for_board(NONE, nothing, lambda: PICO)
    assert (settings.model, settings.size, settings.format) == ("edge-pico", (640, 480), None)
    assert (settings.threads, settings.provider, why) == (2, None, "advised for a board")


@pytest.mark.parametrize(
    "settings",
    [CameraSettings(model="edge"), CameraSettings(size=(320, 256)), CameraSettings(format="onnx")],
)
def test_what_the_user_names_stays(settings: CameraSettings) -> None:
    assert for_board(settings, lambda: NANO, lambda: PICO) == (settings, "")


def test_without_either_the_default_stays() -> None:
    assert for_board(NONE, nothing, nothing) == (NONE, "")


def test_a_choice_may_be_a_file(fake_model: FakeModel) -> None:
    own = replace(NANO, model=str(fake_model.path))
    settings, _ = for_board(NONE, lambda: own, nothing)
    assert (settings.size, settings.format) == (None, None)
    with opened(settings) as detector:
        assert detector.spec.preprocessing.width == 96
    assert fake_model.options[0].threads == 3


def test_fe_camera_reads_the_users_own_profile(
    fake_model: FakeModel, own_profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["camera", "test:?size=96x64&frames=3&live=false", "--headless"]
    write(replace(NANO, model=str(fake_model.path)), own_profile)
    assert main(given) == 0
    assert capsys.readouterr().out == "model: edge 96x64 (4 ms)\n"
    own_profile.write_text("[choice]\nmodel = 3\n")
    assert main(given) == 2
    assert "board.toml" in capsys.readouterr().err


def test_the_advice_is_had_by_its_name() -> None:
    advised = import_module("featherface_boards.advice").advised
    settings, why = for_board(NONE, nothing)
    found = advised()
    assert (settings.model, why) == ((found.model, found.reason) if found else ("", ""))


def test_a_hot_board_has_smaller_canvases_of_the_same_model() -> None:
    large = CameraSettings(model="edge-nano", size=(640, 480), format="tflite", threads=1)
    made = [make().spec.preprocessing for make in spares(large)]
    assert [(each.width, each.height) for each in made] == [(320, 320), (320, 256)]
    assert len(spares(replace(large, size=(320, 320)))) == 1
    assert spares(replace(large, size=(320, 256))) == ()


def test_who_covers_faces_or_has_a_file_gets_none(fake_model: FakeModel) -> None:
    large = CameraSettings(model="edge-nano", size=(640, 480), format="tflite")
    assert spares(replace(large, anonymise="blur")) == ()
    assert spares(CameraSettings(model=str(fake_model.path))) == ()


def test_the_stream_has_them(monkeypatch: pytest.MonkeyPatch, fake_model: FakeModel) -> None:
    seen: list[StreamOptions] = []
    show = import_module("featherface_runtime.camera.show")

    def note(*_given: object, **options: object) -> StreamOptions:
        seen.append(StreamOptions(**options))  # type: ignore[arg-type]
        return seen[-1]

    monkeypatch.setattr(show, "StreamOptions", note)

    def one(_settings: CameraSettings) -> tuple[type[int], ...]:
        return (int,)

    monkeypatch.setattr(show, "spares", one)
    settings = CameraSettings((FeedSettings("test:"),), model=str(fake_model.path))
    with opened(settings) as detector:
        build(settings, detector)
    assert len(seen[0].smaller) == 1
