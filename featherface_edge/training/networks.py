"""The text of `fe-train networks`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from featherface_edge.models.measured import measured
from featherface_edge.models.profile import profile
from featherface_edge.models.registry import NETWORKS, network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.models.measured import Measured, Precision

HEADER = (
    "network",
    "parameters",
    "MMAC 640",
    "MMAC 320",
    "float KB",
    "INT8 KB",
    "deployable",
    "AP at 640",
    "remark",
)
NUMBERS = range(1, 6)  # columns that stand flush right
NOTES = (
    "MMAC: millions of multiply-accumulates of convolutions and products for one square picture.",
    "KB: 1,024 bytes of weights alone. INT8: computed (int8 kernels, an int32 bias and a float32",
    "scale a channel, batch normalisation folded); - where a network has no INT8 form.",
    "deployable: float and INT8 in ONNX, TFLite and OpenVINO.",
    "AP: easy / medium / hard in percent on 140 photographs of WIDER FACE val, longer side 640.",
)
UNTRAINED = "not trained"
KB, MILLION = 1024, 1_000_000


def networks_table(names: Sequence[str] = (), *, detail: bool = False) -> str:
    """All networks, or those of these names, as a table; detail: with the parameters of each part.

    Raises: UsageError for an unknown name.
    """
    chosen = list(dict.fromkeys(names)) or list(NETWORKS)
    for name in chosen:
        network(name)
    known = measured()
    text = [*_aligned([HEADER, *(_row(name, known.get(name)) for name in chosen)]), "", *NOTES]
    if detail:
        for name in chosen:
            text += ["", *_details(name, known.get(name))]
    return "\n".join(text)


def _row(name: str, found: Measured | None) -> tuple[str, ...]:
    entry, cost = network(name), profile(name)
    return (
        name,
        f"{entry.parameters:,}",
        *(f"{round(cost.macs[side] / MILLION):,}" for side in (640, 320)),
        f"{round(cost.float_bytes / KB):,}",
        f"{round(cost.int8_bytes / KB):,}" if entry.deployable else "-",
        "yes" if entry.deployable else "no",
        _shown(found.at_640) if found else UNTRAINED,
        "; ".join(part for part in (_published(name), entry.remark) if part),
    )


def _published(name: str) -> str:
    count = network(name).published
    return f"published as {count:,}" if count else ""


def _details(name: str, found: Measured | None) -> list[str]:
    entry, cost = network(name), profile(name)
    counts = (f"{name}: {entry.parameters:,} parameters", _published(name))
    rows = [
        (f"  {part}", f"{count:,}", f"{100 * count / entry.parameters:.1f} %")
        for part, count in cost.parts.items()
        if count
    ]
    result = (
        f"  AP {_shown(found.at_640)} at 640, {_shown(found.original)} at original size; "
        f"weights: {found.weights}"
        if found
        else f"  {UNTRAINED}"
    )
    return [", ".join(part for part in counts if part), *_aligned(rows, range(1, 3)), result]


def _shown(found: Precision) -> str:
    return " / ".join(f"{value:.1f}" for value in found)


def _aligned(rows: Sequence[Sequence[str]], right: range = NUMBERS) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
