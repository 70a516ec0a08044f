"""Imports only go down: the floors of docs/architecture.md."""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from featherface_edge.cli import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
BASES = (ROOT, ROOT / "converters", ROOT / "runtime", ROOT / "calibration", ROOT / "boards")
PACKAGES = (
    "featherface_edge",
    "featherface_converters",
    "featherface_runtime",
    "featherface_calibration",
    "featherface_boards",
)
EDGE = "featherface_edge"
FLOOR_0 = tuple(
    f"{EDGE}.{name}"
    for name in (
        *("actions", "arguments", "collection", "columns", "detection", "errors", "files"),
        *("images", "lookalikes", "optional", "progress", "quiet", "sketch", "spec"),
    )
)
FLOOR_1 = tuple(
    f"{EDGE}.{name}" for name in ("models", "data", "training", "pruning", "evaluation")
)
# What a module may import of ours, by the longest prefix of its name.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    EDGE: FLOOR_0,
    **dict.fromkeys(FLOOR_1, (*FLOOR_0, *FLOOR_1)),
    "featherface_runtime": (*FLOOR_0, "featherface_runtime"),
    "featherface_calibration": (*FLOOR_0, "featherface_calibration"),
    "featherface_boards": (*FLOOR_0, "featherface_runtime", "featherface_boards"),
    "featherface_converters": (
        *FLOOR_0,
        f"{EDGE}.models",
        f"{EDGE}.pruning.record",
        f"{EDGE}.training.losses",
        f"{EDGE}.training.config",
        f"{EDGE}.data.formats",
        f"{EDGE}.data.types",
        f"{EDGE}.evaluation",
        "featherface_calibration",
        "featherface_runtime",
        "featherface_converters",
    ),
}
TRAINING_PACKAGES = {"torch", "safetensors", "scipy", "onnx", "nncf", "litert_torch"}
TORCH_IS_ALLOWED_IN = (*FLOOR_1, "featherface_converters")
FILE_LINES, FUNCTION_LINES = 300, 40


def modules() -> Iterator[tuple[str, Path]]:
    """Yield the name and file of every module that we ship."""
    for base in BASES:
        for package in PACKAGES:
            for file in sorted((base / package).rglob("*.py")):
                parts = file.relative_to(base).with_suffix("").parts
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


MODULES = dict(modules())


def imported(file: Path) -> set[str]:
    """Give the full names that a file imports anywhere, inside functions and for types too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def within(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def allowed(module: str) -> tuple[str, ...]:
    """Give what the module may import: the entry of the longest prefix of its name."""
    return MAY_IMPORT[max((each for each in MAY_IMPORT if within(module, (each,))), key=len)]


def ours(names: set[str]) -> set[str]:
    """Give those of our own names that lie below a package, such as featherface_edge.spec."""
    return {name for name in names if within(name, PACKAGES) and name != f"{EDGE}.__version__"}


def too_long(file: Path) -> Iterator[str]:
    """Yield the file, and each of its functions, that has more lines than it may."""
    text = file.read_text(encoding="utf-8")
    name, lines = file.relative_to(ROOT), len(text.splitlines())
    if lines > FILE_LINES:
        yield f"{name}: {lines} lines, wanted at most {FILE_LINES}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{name}: {node.name} has {lines} lines, wanted at most {FUNCTION_LINES}"


def test_every_part_was_found() -> None:
    for package in PACKAGES:
        assert package in MODULES
    assert len(MODULES) > 40
    assert all(find_spec(name) is not None for name in (*FLOOR_0, f"{EDGE}.models"))


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module: str) -> None:
    wrong = {name for name in ours(imported(MODULES[module])) if not within(name, allowed(module))}
    assert not wrong, f"{module} must not import {sorted(wrong)}"


@pytest.mark.parametrize("module", [m for m in MODULES if not within(m, TORCH_IS_ALLOWED_IN)])
def test_what_runs_on_a_board_needs_no_torch(module: str) -> None:
    roots = {name.partition(".")[0] for name in imported(MODULES[module])}
    assert not roots & TRAINING_PACKAGES


@pytest.mark.parametrize(
    "module", [m for m in MODULES if within(m, (EDGE,)) and not within(m, FLOOR_1)]
)
def test_shared_contracts_need_numpy_alone(module: str) -> None:
    roots = {name.partition(".")[0] for name in imported(MODULES[module])}
    assert roots <= {*sys.stdlib_module_names, "numpy", EDGE}


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_say_that_they_are_typed(package: str) -> None:
    assert (MODULES[package].parent / "py.typed").is_file()


def test_files_and_functions_are_short() -> None:
    others = [file for folder in ("tests", "docs") for file in (ROOT / folder).rglob("*.py")]
    files = [*MODULES.values(), *others]
    assert Path(__file__) in files
    assert [found for file in files for found in too_long(file)] == []


def test_what_is_too_long_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    file = tmp_path / "long.py"
    file.write_text("class A:\n    def f(self) -> None:\n" + 40 * "        print()\n" + 259 * "\n")
    assert list(too_long(file)) == [
        "long.py: 301 lines, wanted at most 300",
        "long.py: f has 41 lines, wanted at most 40",
    ]


@pytest.mark.convert
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_imports(command: str) -> None:
    part = import_module(COMMANDS[command].module)
    assert callable(part.run)
    assert callable(part.add_arguments)
