"""fe-camera service: a camera that starts with the board and is started again when it fails."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_edge.files import write_text
from featherface_runtime.camera.config import write_config
from featherface_runtime.camera.model import for_board
from featherface_runtime.camera.unit import HOMES, NAME, Program, unit
from featherface_runtime.zoo import is_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from featherface_runtime.camera.settings import CameraSettings

_UNITS = Path("etc/systemd/system")
_CONFIG = Path("etc/featherface/camera.toml")
_ROOT = Path("/")
_OLDEST = 247  # of systemd: the first that hands over files that root alone may read
_PATIENCE = 60.0  # seconds


def systemctl(*words: str) -> str:
    """Give what systemctl prints.

    Raises: UsageError when it refuses, or is not there.
    """
    try:
        done = subprocess.run(  # noqa: S603 -- words of this module
            ["/usr/bin/systemctl", *words],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        message = f"systemctl {' '.join(words)} says: {error.stderr.strip()}"
        raise UsageError(message) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"systemctl {' '.join(words)} cannot be run ({error}): a service needs systemd"
        raise UsageError(message) from error
    return done.stdout


def program() -> Program:
    """Give fe-camera beside the Python that runs this.

    Raises: UsageError when it is not there.
    """
    return Program.at(Path(sys.executable).parent / "fe-camera")


def show(settings: CameraSettings) -> int:
    """Print the unit that would be installed; give 0.

    Raises: UsageError when fe-camera is not installed, or the model cannot be read by a service.
    """
    _, text = _prepared(settings, program())
    sys.stdout.write(text)
    return 0


def install(
    settings: CameraSettings,
    root: Path = _ROOT,
    control: Callable[..., str] = systemctl,
    found: Callable[[], Program] = program,
) -> int:
    """Write unit and settings, and start the service now and with the board; give 0.

    root: where etc/ lies. control: systemctl. found: gives fe-camera.

    Raises: UsageError when that cannot be done.
    """
    settings, text = _prepared(settings, found())
    _require_systemd(control("--version"))
    try:
        _write_secret(root / _CONFIG, write_config(settings))
        write_text(root / _UNITS / NAME, text)
    except OSError as error:
        raise _refused(error) from error
    control("daemon-reload")
    control("enable", NAME)
    control("restart", NAME)
    sys.stdout.write(_told(settings))
    return 0


def remove(
    settings: CameraSettings, root: Path = _ROOT, control: Callable[..., str] = systemctl
) -> int:
    """Stop the service, and delete unit and settings; what it wrote stays. Give 0.

    Raises: UsageError when that cannot be done.
    """
    del settings
    file = root / _UNITS / NAME
    if not file.exists():
        message = f"{file} is not there: no service is installed"
        raise UsageError(message)
    control("disable", "--now", NAME)
    try:
        file.unlink()
        (root / _CONFIG).unlink(missing_ok=True)
    except OSError as error:
        raise _refused(error) from error
    control("daemon-reload")
    sys.stdout.write(f"{NAME} is removed; what it recorded stays in /var/lib/featherface\n")
    return 0


def _prepared(settings: CameraSettings, mine: Program) -> tuple[CameraSettings, str]:
    """Give the settings as the service needs them, and its unit.

    The service has no home: what was chosen for this board goes into its settings.
    """
    settings, _ = for_board(settings, advised=lambda: None)
    if is_file(settings.model):
        settings = replace(settings, model=str(_readable(Path(settings.model), mine)))
    settings = settings.with_token()
    return settings, unit(settings, mine, _ROOT / _CONFIG)


def _readable(model: Path, mine: Program) -> Path:
    file = model.absolute()
    if str(file).startswith(HOMES) and not str(mine.path).startswith(HOMES):
        message = f"{file} lies in a home, where the service may not read: put it below /srv"
        raise UsageError(message)
    return file


def _require_systemd(said: str) -> None:
    found = re.match(r"systemd (\d+)", said)
    if found is None or int(found[1]) < _OLDEST:
        version = said.splitlines()[0] if said else "nothing"
        message = f"systemctl --version says {version!r}: wanted systemd {_OLDEST} or later"
        raise UsageError(message)


def _write_secret(path: Path, text: str) -> None:
    """Write a file that its owner alone may read: passwords and tokens stand in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    fresh.replace(path)


def _told(settings: CameraSettings) -> str:
    lines = [
        f"{NAME} runs, and starts with the board: journalctl -u {NAME}",
        f"its settings: {_ROOT / _CONFIG}; relative files: /var/lib/featherface",
    ]
    if settings.preview:
        token = f", token {settings.token}" if settings.token else ""
        lines.append(f"the page: {settings.preview}{token}")
    return "\n".join(lines) + "\n"


def _refused(error: OSError) -> UsageError:
    return UsageError(f"{error.filename} cannot be changed ({error.strerror}): call it with sudo")
