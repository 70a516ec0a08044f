"""What would go wrong on this board, said before it does, and what helps."""

from featherface_boards.doctor.facts import gather
from featherface_boards.doctor.record import Facts, Finding, Severity
from featherface_boards.doctor.table import CHECKS, examine, exit_status

__all__ = ["CHECKS", "Facts", "Finding", "Severity", "examine", "exit_status", "gather"]
