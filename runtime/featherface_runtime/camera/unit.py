"""The unit of systemd that runs fe-camera as a service, with as few rights as it needs."""

from __future__ import annotations

import pwd
from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.errors import UsageError
from featherface_runtime.sources import shown

if TYPE_CHECKING:
    from pathlib import Path

    from featherface_runtime.camera.settings import CameraSettings

NAME = "featherface-camera.service"
STATE = "featherface"  # below /var/lib: where the service's own files go

HOMES = ("/home/", "/root/")
_VIDEO = ("char-video4linux rw",)
_LIBCAMERA = (*_VIDEO, "char-media rw", "char-dma_heap rw", "/dev/vcio rw")
# What a source needs below /dev. None: not known well enough to forbid the rest (the camera of a
# Jetson is had through a daemon of NVIDIA's, its memory through several devices).
_DEVICES: dict[str, tuple[str, ...] | None] = {
    "v4l2": _VIDEO,
    "/dev/video": _VIDEO,
    "picamera2": _LIBCAMERA,
    "csi": None,
    "gst": None,
}
_UNIT = """\
[Unit]
Description=Faces of {title}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={command} --config ${{CREDENTIALS_DIRECTORY}}/camera.toml
LoadCredential=camera.toml:{config}
Restart=on-failure
RestartSec=5
WatchdogSec=60
TimeoutStopSec=30
{user}
StateDirectory={state}
WorkingDirectory=/var/lib/{state}
UMask=0027

NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
PrivateMounts=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
{devices}

[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True, slots=True)
class Program:
    """fe-camera as it is installed: the file, and who owns it."""

    path: Path
    owner: str

    @classmethod
    def at(cls, path: Path) -> Program:
        """Give the program in that file.

        Raises: UsageError when nothing is there.
        """
        try:
            return cls(path, pwd.getpwuid(path.stat().st_uid).pw_name)
        except (OSError, KeyError) as error:
            message = f"{path} is not there: install featherface-edge with pip, and call fe-camera"
            raise UsageError(message) from error


def unit(settings: CameraSettings, program: Program, config: Path) -> str:
    """Give the text of the unit. config: where the settings lie, which root alone may read.

    The service is a user of its own that exists while it runs; where the program lies in
    somebody's home, it runs as who owns the program, and may only read there.
    """
    names = [each.name or shown(each.uri) for each in settings.sources]
    return _UNIT.format(
        title=_plain(", ".join(names)) or "the board's camera",
        command=_quoted(program.path),
        config=config,
        user=_user(program),
        state=STATE,
        devices=_devices(settings),
    )


def _user(program: Program) -> str:
    if str(program.path).startswith(HOMES):
        lines = [f"User={program.owner}", "ProtectHome=read-only", "PrivateTmp=yes"]
    else:
        lines = ["DynamicUser=yes", "ProtectHome=yes", "PrivateTmp=yes"]
    return "\n".join([*lines, "SupplementaryGroups=video"])


def _devices(settings: CameraSettings) -> str:
    """Give what is allowed below /dev: nothing where all sources are files or of the network."""
    wanted: list[str] = []
    uris = [each.uri for each in settings.sources]
    for uri in uris or ["picamera2:", "v4l2:"]:
        allowed = _of(uri)
        if allowed is None:
            return "DevicePolicy=auto"
        wanted += allowed
    if not wanted:
        return "PrivateDevices=yes"
    allows = [f"DeviceAllow={each}" for each in dict.fromkeys(wanted)]
    return "\n".join(["DevicePolicy=closed", *allows])


def _of(uri: str) -> tuple[str, ...] | None:
    for start, devices in _DEVICES.items():
        if uri.lower().startswith(start):
            return devices
    return ()


def _plain(text: str) -> str:
    """Give the text as a line of a unit may hold it: % and line ends mean something there."""
    return " ".join(text.split()).replace("%", "%%")


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"' if " " in escaped else escaped
