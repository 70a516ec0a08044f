"""A check of a data set as text and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from itertools import pairwise
from typing import TYPE_CHECKING

from featherface_edge.data.census import SIZE_EDGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from featherface_edge.data.check import Report
    from featherface_edge.data.faults import Fault

BAR = 30  # characters of the longest bar
EXAMPLES = 3  # of each fault
COLUMNS = ("set", "pictures", "no face", "unlabelled", "faces", "ignored", "landmarks")


def report_text(report: Report) -> str:
    """The report as lines: counts of every set, face sizes as bars, faults with examples."""
    return "\n".join((*_set_lines(report), "", *_size_lines(report), "", *_fault_lines(report)))


def report_json(report: Report) -> str:
    """The report as JSON, with every fault."""
    plain = {
        "sets": [asdict(counts) for counts in report.sets],
        "size_edges": SIZE_EDGES,
        "file_sizes": report.file_sizes,
        "scaled_sizes": report.scaled_sizes,
        "errors": report.errors,
        "warnings": report.warnings,
        "faults": [
            {
                "kind": fault.kind.name.lower(),
                "error": fault.kind.is_error,
                "file": str(report.files[fault.image]),
                "face": fault.face,
                "text": fault.text,
            }
            for fault in report.faults
        ],
    }
    return json.dumps(plain, indent=1, ensure_ascii=False)


def _set_lines(report: Report) -> Iterator[str]:
    rows = [
        [each.pictures, each.empty, each.unlabelled, each.faces, each.ignored, each.landmarks]
        for each in report.sets
    ]
    names = [each.name for each in report.sets]
    if len(rows) > 1:
        names.append("all")
        rows.append([sum(column) for column in zip(*rows, strict=True)])
    width = max(len(name) for name in (COLUMNS[0], *names))
    yield f"{COLUMNS[0]:{width}}" + "".join(f"{title:>12}" for title in COLUMNS[1:])
    for name, row in zip(names, rows, strict=True):
        yield f"{name:{width}}" + "".join(f"{value:>12,}" for value in row)


def _size_lines(report: Report) -> Iterator[str]:
    yield f"{'face size':9}  {'in the file':{BAR + 8}}  at a longer side of 640"
    edges = ("", *map(str, SIZE_EDGES), "")
    for place, (low, high) in enumerate(pairwise(edges)):
        bars = [
            _bar(counts[place], max(counts)) for counts in (report.file_sizes, report.scaled_sizes)
        ]
        span = f"< {high}" if not low else f">= {low}" if not high else f"{low}-{high}"
        yield f"{span:>9}  {bars[0]:{BAR + 8}}  {bars[1]}".rstrip()


def _bar(count: int, most: int) -> str:
    return f"{'#' * -(-BAR * count // max(most, 1))} {count:,}"


def _fault_lines(report: Report) -> Iterator[str]:
    yield f"{_plural(report.errors, 'error')}, {_plural(report.warnings, 'warning')}"
    counts = Counter(fault.kind for fault in report.faults)
    for kind, count in counts.items():
        found = [fault for fault in report.faults if fault.kind is kind]
        pictures = len({fault.image for fault in found})
        severity = "error" if kind.is_error else "warning"
        yield f"{severity}: {kind.value}: {count:,} in {_plural(pictures, 'picture')}"
        yield from (f"    {_example(report, fault)}" for fault in _spread(found))
        if pictures > EXAMPLES:
            yield f"    ... and {_plural(pictures - EXAMPLES, 'more picture')}"


def _spread(faults: Sequence[Fault]) -> list[Fault]:
    """The first fault of each of the first pictures."""
    firsts = {fault.image: fault for fault in reversed(faults)}
    return [firsts[image] for image in sorted(firsts)[:EXAMPLES]]


def _example(report: Report, fault: Fault) -> str:
    file = str(report.files[fault.image])
    if file in fault.text:
        return fault.text
    face = "" if fault.face is None else f", face {fault.face + 1}"
    return f"{file}{face}: {fault.text}"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
