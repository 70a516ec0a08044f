"""Targets by name: naming one imports no vendor."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from featherface_converters.formats import DEFAULT, TARGETS, UNOFFERED, require_possible
from featherface_edge.errors import UsageError
from featherface_edge.optional import load
from featherface_edge.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_converters.formats import Options
    from featherface_converters.target import Target


def open_target(name: str, options: Options = DEFAULT) -> Target:
    """The target of this name, made so.

    Raises: UsageError for an unknown name, or options that it does not have.
    MissingDependencyError where its packages are not installed.
    """
    _require_known(name)
    require_possible([name], options)
    # OpenVINO and NNCF tell their maker about each use, unless this package is missing.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # as import takes it
    with quiet():
        module = load(TARGETS[name].module, f"converting to {name}", "convert")
        target: Target = module.open_target(options)
    return target


def parsed(names: Sequence[str]) -> list[str]:
    """The targets of several comma lists, each once, in order.

    Raises: UsageError for an unknown name.
    """
    wanted = list(dict.fromkeys(name for text in names for name in text.split(",") if name))
    for name in wanted:
        _require_known(name)
    return wanted


def _require_known(name: str) -> None:
    if name in UNOFFERED:
        raise UsageError(f"'{name}' is not offered: {UNOFFERED[name]}")
    if name not in TARGETS:
        raise UsageError(
            f"unknown target '{name}', known are {', '.join(TARGETS)}: choose from them"
        )
