"""Measuring on another machine over OpenSSH: nothing is installed there, nothing stays there."""

from featherface_boards.bench.remote.luggage import Luggage, packed
from featherface_boards.bench.remote.session import Answer, Remote, remote, run_there

__all__ = ["Answer", "Luggage", "Remote", "packed", "remote", "run_there"]
