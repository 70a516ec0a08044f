"""What all model cards share: the overview, tables, the licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.spec import ModelSpec, Preprocessing
    from featherface_edge.training.run.environment import Environment

HASH_DIGITS = 12
FLOAT_BYTES = 4
NOT_MEASURED = "not measured"
LICENCE = """## Licence

The code is MIT. What these weights may be used for also depends on the photographs they learnt from
and on the teacher: WIDER FACE and most public face sets are for non-commercial research. For a
product, train on photographs that you may use, with the consent that your law wants.
"""


def overview(spec: ModelSpec, file: str, parameters: int) -> str:
    """The card's heading and what the network is; file: the name of its weights."""
    strides = " / ".join(str(level.stride) for level in spec.levels)
    sizes = [size for level in spec.levels for size in level.sizes]
    megabytes = f"{FLOAT_BYTES * parameters / 1e6:.2f} MB as float32"
    digest = spec.weights_sha256[:HASH_DIGITS]
    rows = (
        ("Network", f"`{spec.network}`, {parameters:,} parameters, {megabytes}"),
        ("Finds", "faces: box, score, five landmarks (eyes, nose, corners of the mouth)"),
        ("Input", _input(spec.preprocessing)),
        ("Anchors", f"strides {strides}, sides {min(sizes)} to {max(sizes)} pixels"),
        ("Weights", f"`{file}`, SHA-256 `{digest}`, its manifest inside"),
    )
    return f"# Model card: {spec.network}\n\n" + table(("", ""), rows)


def _input(preprocessing: Preprocessing) -> str:
    mean = ", ".join(f"{value:g}" for value in preprocessing.mean)
    scale = "" if preprocessing.scale == 1 else f", times {preprocessing.scale:g}"
    return (
        f"{preprocessing.colour.upper()} minus ({mean}){scale}; "
        f"{preprocessing.width}x{preprocessing.height} unless converted for another size"
    )


def environment_rows(sittings: Sequence[Environment]) -> tuple[tuple[str, str], ...]:
    """Where and with what the sittings took place, as rows of a table."""
    commits = [sitting.commit for sitting in sittings if sitting.commit]
    return (
        ("Hardware", _distinct([sitting.hardware for sitting in sittings])),
        ("Software", _distinct([_software(sitting) for sitting in sittings])),
        ("Commit of the working folder", _distinct(commits) or "none"),
    )


def _software(sitting: Environment) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in sitting.packages.items())
    return f"Python {sitting.python}, {packages}"


def _distinct(texts: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(texts))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(_cell(cell) for cell in line) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
