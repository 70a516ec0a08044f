"""A page for every command and for every part, written before Sphinx reads its sources."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING, cast

from docs._ext.dependencies import page as dependencies
from docs._ext.diagram import svg
from featherface_edge.cli import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

PARTS = {
    "featherface_edge.detection": "letterbox, anchors, decoding, suppression",
    "featherface_edge.spec": "the manifest inside every file",
    "featherface_edge.errors": "what can go wrong",
    "featherface_edge.images": "pictures in and out",
    "featherface_edge.models": "networks and weights",
    "featherface_edge.data": "labels and crops",
    "featherface_edge.training": "training and distillation",
    "featherface_edge.evaluation": "average precision",
    "featherface_edge.pruning": "smaller networks",
    "featherface_converters": "files for boards, and their proof",
    "featherface_runtime": "the detector, cameras, sinks",
    "featherface_calibration": "calibration sets",
    "featherface_boards": "boards and measuring",
}


def setup(app: Sphinx) -> dict[str, bool]:
    """Have the pages written when the builder starts."""
    app.connect("builder-inited", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _write(app: Sphinx) -> None:
    folder = Path(app.srcdir) / "reference"
    folder.mkdir(exist_ok=True)
    pages = {
        "commands.md": "# Commands\n\n" + "\n".join(map(_command, COMMANDS)),
        "dependencies.md": dependencies(),
        "imports.svg": svg(),
        "index.md": _index(),
        **{f"{part}.rst": _part(part) for part in PARTS},
    }
    for name, text in pages.items():
        page = folder / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")


def _index() -> str:
    pages = {"commands": "every flag", "dependencies": "why, licence, size", **PARTS}
    told = "\n".join(f"- {{doc}}`{page}`: {summary}" for page, summary in pages.items())
    rows = "\n".join(pages)
    return f"# Reference\n\n{told}\n\n```{{toctree}}\n:hidden:\n{rows}\n```\n"


def _command(name: str) -> str:
    command = COMMANDS[name]
    parser = argparse.ArgumentParser(prog=f"fe-{name}", description=f"{command.summary}.")
    import_module(command.module).add_arguments(parser)
    shown = "\n\n".join(each.format_help() for each in _family(parser))
    return f"## fe-{name}\n\n```text\n{shown}\n```\n"


def _family(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:  # noqa: SLF001 -- argparse has no other way to its sub-commands
        if isinstance(action.choices, dict):  # those of sub-commands, parsers by name
            for child in cast("dict[str, argparse.ArgumentParser]", action.choices).values():
                yield from _family(child)


def _part(part: str) -> str:
    sections = "\n".join(map(_section, _modules(part)))
    return f"{part}\n{'=' * len(part)}\n\n{sections}"


def _section(module: str) -> str:
    return f"{module}\n{'-' * len(module)}\n\n.. automodule:: {module}\n"


def _modules(part: str) -> list[str]:
    root = import_module(part)
    names = [part]
    if hasattr(root, "__path__"):
        names += [each.name for each in walk_packages(root.__path__, f"{part}.")]
    return [each for each in names if not any(word.startswith("_") for word in each.split("."))]
