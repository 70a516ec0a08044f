"""A second chance for a file that lost too much: tuned weights, if they are better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from featherface_converters.proving import ProvenFile, inscribed, proven
from featherface_converters.tuning.contest import Contest, better, figures, need
from featherface_converters.tuning.tune import Request, tuned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import nn

    from featherface_converters.proof import Reference
    from featherface_converters.tuning.tune import Tuning

FOLDER = "tuned"


@dataclass(frozen=True, slots=True)
class Chance:
    """What a file may be tuned with.

    target: its name in the table. network: the float one. state: where an interrupted tuning is
    taken up from; whoever settles the file removes it.
    """

    target: str
    network: nn.Module
    tuning: Tuning
    state: Path


def better_file(
    file: ProvenFile, chance: Chance, exact: Reference, say: Callable[[str], None]
) -> ProvenFile:
    """The file, or, where it lost too much and tuning helps, another in a folder beside it.

    Its proof tells of both.

    Raises: ConversionError when the tuned file does not run.
    """
    wanted, reason = need(file.proof)
    before = figures(file.proof)
    if not wanted:
        return _with(file, Contest(reason, before))
    say(f"{chance.target}: tuning, {reason}")
    other = _tuned_file(file, chance, exact, say)
    kept = better(other.proof, file.proof)
    photographs = chance.tuning.photographs
    contest = Contest(
        *(reason, before, figures(other.proof)),
        steps=chance.tuning.lesson.steps,
        photographs=photographs.name,
        fingerprint=photographs.fingerprint,
        kept=kept,
    )
    return _with(other if kept else file, contest)


def _tuned_file(
    file: ProvenFile, chance: Chance, exact: Reference, say: Callable[[str], None]
) -> ProvenFile:
    request = Request(chance.target, file.job, chance.network, chance.state)
    job = tuned(request, chance.tuning, lambda text: say(f"{chance.target}: tuning, {text}"))
    path = file.path.parent / FOLDER / file.path.name
    path.parent.mkdir()
    return proven(file.target, job, exact, path)


def _with(file: ProvenFile, contest: Contest) -> ProvenFile:
    return inscribed(replace(file, proof=replace(file.proof, contest=contest)))
