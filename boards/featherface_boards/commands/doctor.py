"""fe-board doctor: what would go wrong here, and what helps."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from featherface_boards.commands.output import json_text
from featherface_boards.doctor import examine, exit_status, gather
from featherface_boards.probe import probe

if TYPE_CHECKING:
    import argparse

    from featherface_boards.doctor import Finding

_MARKS = {"ok": "ok     ", "warning": "warning", "failure": "FAILURE"}
_INDENT = " " * 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what fe-board doctor takes."""
    parser.add_argument("--json", action="store_true", help="give the findings as JSON")


def run(args: argparse.Namespace) -> int:
    """Show what each check finds; give 0, 1 with a warning, 3 where something will not work."""
    findings = examine(gather(probe()))
    shown = json_text(findings) if args.json else _text(findings)
    sys.stdout.write(f"{shown}\n")
    return exit_status(list(findings.values()))


def _text(findings: dict[str, Finding]) -> str:
    return "\n".join(line for name, each in findings.items() for line in _lines(name, each))


def _lines(name: str, finding: Finding) -> list[str]:
    first = f"{_MARKS[finding.severity]}  {name}: {finding.found}"
    cure = [f"{_INDENT}cure: {finding.cure}"] if finding.cure else []
    source = [f"{_INDENT}see {finding.source}"] if finding.source else []
    return [first, *cure, *source]
