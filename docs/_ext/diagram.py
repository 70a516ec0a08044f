"""The import diagram of the architecture page, drawn from the code itself."""

from __future__ import annotations

import ast
from collections import Counter
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
EDGE = "featherface_edge"
# Parts by floor, from the top; a part is a prefix of module names.
FLOORS = (
    ("featherface_boards", "featherface_converters"),
    ("featherface_runtime", "featherface_calibration"),
    tuple(f"{EDGE}.{name}" for name in ("models", "data", "training", "pruning", "evaluation")),
    (EDGE,),  # whatever of it stands on no other floor
)
FOLDERS = (EDGE, "boards", "converters", "runtime", "calibration")
NAMES = {EDGE: "contracts: NumPy only"}
WIDTH, HEIGHT, BOX = 960, 420, (160, 44)


def counted() -> Counter[tuple[str, str]]:
    """Give how many modules of one part import another part: (from, to) -> modules."""
    found: Counter[tuple[str, str]] = Counter()
    for folder in FOLDERS:
        base = ROOT if folder == EDGE else ROOT / folder
        for file in (ROOT / folder).rglob("*.py"):
            here = _part(".".join(file.relative_to(base).with_suffix("").parts))
            there = {_part(name) for name in _imported(file)} - {here, ""}
            found.update((here, part) for part in there if here)
    return found


def svg() -> str:
    """Give the diagram: a box a part, a line where one imports another, thick where many do."""
    places = dict(_places())
    lines = "".join(
        _line(places[here], places[there], count)
        for (here, there), count in sorted(counted().items())
    )
    boxes = "".join(_box(part, *place) for part, place in places.items())
    view = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" font-size="13"'
    title = "<title>Which part imports which</title>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {view}>{title}{lines}{boxes}</svg>\n'


def _part(module: str) -> str:
    parts = [part for floor in FLOORS for part in floor]
    return next((part for part in parts if f"{module}.".startswith(f"{part}.")), "")


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _places() -> Iterator[tuple[str, tuple[float, float]]]:
    for floor, parts in enumerate(FLOORS):
        y = (floor + 0.5) * HEIGHT / len(FLOORS)
        for number, part in enumerate(parts):
            yield part, ((number + 0.5) * WIDTH / len(parts), y)


def _line(start: tuple[float, float], end: tuple[float, float], count: int) -> str:
    (x1, y1), (x2, y2) = start, end
    bend = 0.0 if y1 != y2 else -BOX[1] * 1.4
    middle = f"{(x1 + x2) / 2:.0f} {(y1 + y2) / 2 + bend:.0f}"
    path = f'd="M{x1:.0f} {y1:.0f} Q{middle} {x2:.0f} {y2:.0f}"'
    width = min(1 + count**0.5 / 2, 6)
    look = f'fill="none" stroke="#7a8aa0" stroke-opacity=".55" stroke-width="{width:.1f}"'
    return f"<path {path} {look}/>"


def _box(part: str, x: float, y: float) -> str:
    width, height = BOX
    name = NAMES.get(part, part.removeprefix(f"{EDGE}.").removeprefix("featherface_"))
    corner = f'x="{x - width / 2:.0f}" y="{y - height / 2:.0f}"'
    shape = f'width="{width}" height="{height}" rx="8" fill="#eef3fa" stroke="#34506f"'
    place = f'x="{x:.0f}" y="{y + 5:.0f}" text-anchor="middle" fill="#1d2b3a"'
    return f"<rect {corner} {shape}/><text {place}>{escape(name)}</text>"
