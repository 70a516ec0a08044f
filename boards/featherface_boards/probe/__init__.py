"""What this machine is, from its own files; anything may be absent."""

from featherface_boards.probe.board import Board, Engine, Sight, System, Zone, decode, encode
from featherface_boards.probe.probing import probe

__all__ = ["Board", "Engine", "Sight", "System", "Zone", "decode", "encode", "probe"]
