"""The text of `fe-train networks`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from featherface_edge.columns import aligned
from featherface_edge.models.checkpoints import load, shipped, shipped_names
from featherface_edge.models.measured import measured
from featherface_edge.models.profile import cost, profile
from featherface_edge.models.registry import NETWORKS, network
from featherface_edge.training.shipped_models import loss, notes, shipped_models, times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from featherface_edge.models.measured import Measured, Precision
    from featherface_edge.models.profile import Profile
    from featherface_edge.training.shipped_models import ShippedModel

HEADER = (
    "network",
    "parameters",
    "MMAC 640",
    "MMAC 320",
    "float KB",
    "INT8 KB",
    "deployable",
    "AP at 640",
    "INT8 loss",
    "INT8 time",
    "remark",
)
NUMBERS = range(1, 6)  # columns that stand flush right
NOTES = (
    "MMAC: millions of multiply-accumulates of convolutions and products for one square picture.",
    "KB: 1,024 bytes of weights alone. INT8: computed (int8 kernels, an int32 bias and a float32",
    "scale a channel, batch normalisation folded); - where a network has no INT8 form.",
    "deployable: float and INT8 in ONNX, TFLite and OpenVINO.",
    "AP: easy / medium / hard in percent, float, longer side 640, on a subset of 140 photographs",
    "of WIDER FACE val: not comparable with published figures of the full set.",
)
UNTRAINED = "not trained"
KB, MILLION = 1024, 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """A network of the table: of the registry, or one whose weights are shipped."""

    name: str
    deployable: bool
    remarks: tuple[str, ...]
    cost: Profile
    found: Measured | None
    models: Sequence[ShippedModel]


def networks_table(names: Sequence[str] = (), *, detail: bool = False) -> str:
    """All networks, or those of these names, as a table; detail: with the parameters of each part.

    Raises: UsageError for an unknown name.
    """
    every = list(dict.fromkeys([*NETWORKS, *shipped_names()]))
    known, zoo = measured(), shipped_models()
    rows = [
        _row(name, known.get(name), [each for each in zoo if each.network == name])
        for name in dict.fromkeys(names or every)
    ]
    text = [*aligned([HEADER, *map(_cells, rows)], NUMBERS), "", *NOTES, *notes(zoo)]
    if detail:
        for row in rows:
            text += ["", *_details(row)]
    return "\n".join(text)


def _row(name: str, found: Measured | None, zoo: Sequence[ShippedModel]) -> Row:
    if name in shipped_names():
        checkpoint = load(shipped(name))
        entry = network(checkpoint.spec.built_as)
        if checkpoint.spec.built_as != name:
            remarks = (f"{checkpoint.spec.built_as} with widths of its own",)
            return Row(name, entry.deployable, remarks, cost(checkpoint.model), found, zoo)
    entry = network(name)
    words = tuple(part for part in (_published(name), entry.remark) if part)
    return Row(name, entry.deployable, words, profile(name), found, zoo)


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        f"{row.cost.parameters:,}",
        *(f"{round(row.cost.macs[side] / MILLION):,}" for side in (640, 320)),
        f"{round(row.cost.float_bytes / KB):,}",
        f"{round(row.cost.int8_bytes / KB):,}" if row.deployable else "-",
        "yes" if row.deployable else "no",
        _shown(row.found.at_640) if row.found else UNTRAINED,
        loss(row.models),
        times(row.models),
        "; ".join(row.remarks),
    )


def _published(name: str) -> str:
    count = network(name).published
    return f"published as {count:,}" if count else ""


def _details(row: Row) -> list[str]:
    total = row.cost.parameters
    counts = (f"{row.name}: {total:,} parameters", *row.remarks)
    rows = [
        (f"  {part}", f"{count:,}", f"{100 * count / total:.1f} %")
        for part, count in row.cost.parts.items()
        if count
    ]
    result = (
        f"  AP {_shown(row.found.at_640)} at 640, {_shown(row.found.original)} at original size; "
        f"weights: {row.found.weights}"
        if row.found
        else f"  {UNTRAINED}"
    )
    return [", ".join(counts), *aligned(rows, range(1, 3)), result]


def _shown(found: Precision) -> str:
    return " / ".join(f"{value:.1f}" for value in found)
