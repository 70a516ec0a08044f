"""What is installed with this project may be used in a product."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement

from docs._ext.dependencies import licence_of

REFUSED = re.compile(r"\b(A?GPL|GNU (Affero )?General|non.?commercial|CC.BY.NC)", re.IGNORECASE)
# Packages of several licences, one of which may be chosen.
CHOICE = re.compile(r"\bOR\b")


def everything(name: str, extra: str = "", found: dict[str, str] | None = None) -> dict[str, str]:
    """Give package -> licence of what is installed with the extra."""
    found = {} if found is None else found
    try:
        there = distribution(name)
    except PackageNotFoundError:
        return found
    for text in there.requires or []:
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate({"extra": extra}):
            continue
        for each in wanted.extras or {""}:
            key = f"{wanted.name}[{each}]".lower()
            if key not in found:
                found[key] = _licence(wanted.name)
                everything(wanted.name, each, found)
    return found


def _licence(name: str) -> str:
    try:
        return licence_of(distribution(name))
    except PackageNotFoundError:
        return ""


def test_no_licence_forbids_a_product() -> None:
    found = everything("featherface-edge", "all")
    if len(found) < 10:
        pytest.skip("the project is not installed with its extra 'all'")
    bad = {name for name, text in found.items() if REFUSED.search(text)}
    assert {name for name in bad if not CHOICE.search(found[name])} == set()
