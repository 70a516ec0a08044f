from __future__ import annotations

import re
import shutil
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from featherface_edge.errors import UsageError
from featherface_runtime.camera import CameraSettings, FeedSettings
from featherface_runtime.camera.config import read_config
from featherface_runtime.camera.service import install, remove
from featherface_runtime.camera.unit import NAME, Program, unit

PROGRAM = Program(Path("/usr/bin/true"), "root")
AT_HOME = Program(Path("/home/pi/my env/bin/fe-camera"), "pi")
HIGHEST_EXPOSURE = 2.0  # of 10
CONFIG = Path("/etc/featherface/camera.toml")
DOOR = CameraSettings((FeedSettings("rtsp://admin:geheim@door/live"),), preview="0.0.0.0:8080")


class Systemctl:
    """Remembers what it was told."""

    def __init__(self, version: str = "systemd 252 (252.39-1~deb12u2)\n+PAM") -> None:
        self.version = version
        self.told: list[str] = []

    def __call__(self, *words: str) -> str:
        if words == ("--version",):
            return self.version
        self.told.append(" ".join(words))
        return ""


def of(uri: str) -> CameraSettings:
    return CameraSettings((FeedSettings(uri),))


def lines(settings: CameraSettings, program: Program = PROGRAM) -> list[str]:
    return unit(settings, program, CONFIG).splitlines()


def test_the_service_runs_with_few_rights() -> None:
    found = lines(DOOR)
    for wanted in (
        "Type=notify",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "CapabilityBoundingSet=",
        "DynamicUser=yes",
        "PrivateDevices=yes",
    ):
        assert wanted in found
    assert "ExecStart=/usr/bin/true --config ${CREDENTIALS_DIRECTORY}/camera.toml" in found


def test_no_password_stands_in_the_unit() -> None:
    assert "geheim" not in unit(DOOR, PROGRAM, CONFIG)
    assert "Description=Faces of rtsp://admin:***@door/live" in lines(DOOR)


@pytest.mark.parametrize(
    ("uri", "wanted"),
    [
        ("v4l2:///dev/video2", ["DevicePolicy=closed", "DeviceAllow=char-video4linux rw"]),
        ("/dev/video0", ["DevicePolicy=closed", "DeviceAllow=char-video4linux rw"]),
        ("picamera2://0", ["DeviceAllow=char-media rw", "DeviceAllow=char-dma_heap rw"]),
        ("csi://0", ["DevicePolicy=auto"]),
        ("https://door/a.mjpg", ["PrivateDevices=yes"]),
        ("test:", ["PrivateDevices=yes"]),
    ],
)
def test_only_the_devices_that_the_source_needs(uri: str, wanted: list[str]) -> None:
    found = lines(of(uri))
    assert set(wanted) <= set(found)
    assert ("PrivateDevices=yes" in found) == (wanted == ["PrivateDevices=yes"])


def test_a_program_in_a_home_runs_as_its_owner() -> None:
    found = lines(DOOR, AT_HOME)
    assert {"User=pi", "ProtectHome=read-only"} <= set(found)
    assert "DynamicUser=yes" not in found
    assert any(line.startswith('ExecStart="/home/pi/my env/bin/fe-camera"') for line in found)


def test_names_do_not_become_lines_of_the_unit() -> None:
    named = CameraSettings((FeedSettings("test:", "a\nExecStartPre=/bin/sh %h"),))
    assert "Description=Faces of a ExecStartPre=/bin/sh %%h" in lines(named)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing")
@pytest.mark.parametrize("uri", ["picamera2://0", "v4l2:///dev/video0", "rtsp://a/b", "csi://0"])
def test_systemd_understands_the_unit(tmp_path: Path, uri: str) -> None:
    file = tmp_path / NAME
    file.write_text(unit(of(uri), PROGRAM, CONFIG))
    verify = ["systemd-analyze", "verify", "--man=no", str(file)]
    checked = subprocess.run(verify, capture_output=True, text=True, timeout=60, check=False)
    assert NAME not in checked.stderr, checked.stderr
    assert checked.returncode == 0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing")
@pytest.mark.parametrize("uri", ["picamera2://0", "v4l2:///dev/video0", "rtsp://a/b", "csi://0"])
def test_systemd_finds_the_unit_hardly_exposed(tmp_path: Path, uri: str) -> None:
    file = tmp_path / NAME
    file.write_text(unit(of(uri), PROGRAM, CONFIG))
    rate = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(file)]
    rated = subprocess.run(rate, capture_output=True, text=True, timeout=60, check=False)
    if "unrecognized option" in rated.stderr:
        pytest.skip("this systemd-analyze cannot rate files: 250 or later can")
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", rated.stdout)
    assert found is not None, rated.stdout + rated.stderr
    assert float(found[1]) <= HIGHEST_EXPOSURE, rated.stdout


def test_install_writes_the_unit_and_starts_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    control = Systemctl()
    assert install(DOOR, tmp_path, control, lambda: PROGRAM) == 0
    assert control.told == ["daemon-reload", f"enable {NAME}", f"restart {NAME}"]
    config = tmp_path / "etc/featherface/camera.toml"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    kept = read_config(config)
    assert kept.token
    assert kept == replace(DOOR, token=kept.token)
    assert (tmp_path / "etc/systemd/system" / NAME).read_text() == unit(DOOR, PROGRAM, CONFIG)
    assert f"token {kept.token}" in capsys.readouterr().out


def test_remove_leaves_nothing_behind(tmp_path: Path) -> None:
    install(DOOR, tmp_path, Systemctl(), lambda: PROGRAM)
    control = Systemctl()
    assert remove(DOOR, tmp_path, control) == 0
    assert control.told == [f"disable --now {NAME}", "daemon-reload"]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    with pytest.raises(UsageError, match="no service is installed"):
        remove(DOOR, tmp_path, control)


def test_an_old_systemd_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'systemd 245 \(245\.4\)': wanted systemd 247"):
        install(DOOR, tmp_path, Systemctl("systemd 245 (245.4)\n"), lambda: PROGRAM)
    assert not list(tmp_path.iterdir())


def test_a_model_must_be_readable(tmp_path: Path) -> None:
    settings = replace(DOOR, model="/home/pi/mine.tflite")
    with pytest.raises(UsageError, match="lies in a home"):
        install(settings, tmp_path, Systemctl(), lambda: PROGRAM)
    assert install(settings, tmp_path, Systemctl(), lambda: AT_HOME) == 0


def test_who_may_not_write_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "etc").write_text("in the way")
    with pytest.raises(UsageError, match="call it with sudo"):
        install(DOOR, tmp_path, Systemctl(), lambda: PROGRAM)
