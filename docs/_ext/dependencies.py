"""The list of packages that this project asks for: why, under which licence, how large."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
_EXTRA = re.compile(r"^([\w-]+) = \[$")
_WANTED = re.compile(r'^    "([\w.-]+)(?:\[\w+\])?([^";]*)(?:;[^"]*)?",\s*#\s*(.+)$')
_OURS = "featherface-edge"


def page() -> str:
    """Give the page, in Markdown."""
    head = "# Dependencies\n\nSizes and licences as installed where these pages were built.\n"
    return head + "".join(f"\n## {title}\n\n{_table(rows)}" for title, rows in _wanted().items())


def _wanted() -> dict[str, list[tuple[str, str, str]]]:
    """Give extra -> (package, versions, reason), as the project's file states them."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    title = ""
    for line in PROJECT.read_text(encoding="utf-8").splitlines():
        if line.startswith("[project.scripts]"):
            break
        if match := _EXTRA.match(line):
            title = "base" if match[1] == "dependencies" else match[1]
        elif (match := _WANTED.match(line)) and match[1] != _OURS and title not in ("requires", ""):
            found.setdefault(title, []).append((match[1], match[2], match[3]))
    return found


def _table(rows: list[tuple[str, str, str]]) -> str:
    lines = ["| Package | Versions | Licence | MB | Why |", "|---|---|---|---|---|"]
    for name, versions, reason in rows:
        licence, megabytes = _installed(name)
        lines.append(f"| `{name}` | {versions or 'any'} | {licence} | {megabytes} | {reason} |")
    return "\n".join(lines) + "\n"


def _installed(name: str) -> tuple[str, str]:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return "not installed here", ""
    files = (Path(str(file.locate())) for file in found.files or ())
    size = sum(file.stat().st_size for file in files if file.is_file())
    return licence_of(found), f"{size / 1e6:.1f}"


def licence_of(found: Distribution) -> str:
    """Give the licence that a distribution names, in a few words."""
    meta = found.metadata
    if "License-Expression" in meta:
        return meta["License-Expression"]
    classifiers = meta.get_all("Classifier") or []
    named = [each.rpartition(":: ")[2] for each in classifiers if each.startswith("License ::")]
    if named or "License" not in meta:
        return ", ".join(named) or "see its files"
    return meta["License"].strip().partition("\n")[0][:40]
