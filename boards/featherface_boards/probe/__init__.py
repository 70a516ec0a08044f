"""What this machine is, from its own files; anything may be absent."""

from featherface_boards.probe.board import Board, Engine, Sight, System, Zone, decode, encode
from featherface_boards.probe.probing import Asked, glance, probe

__all__ = [
    "Asked",
    "Board",
    "Engine",
    "Sight",
    "System",
    "Zone",
    "decode",
    "encode",
    "glance",
    "probe",
]
