"""A search held to what is simpler: random search, equal rates, another criterion.

All at the same budget, which every network of a space keeps, on the same objective, with equally
many trials, each repeat with a seed of its own. All but the uniform method begin with its network,
so that a search that only equals it has found nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

from featherface_edge.columns import aligned
from featherface_edge.evaluation.drawing import png
from featherface_edge.files import write_bytes, write_text
from featherface_edge.pruning.report.search_figures import contest as drawn
from featherface_edge.pruning.report.tables import contest_table
from featherface_edge.pruning.report.texts import contest_line
from featherface_edge.pruning.study import Study, search
from featherface_edge.pruning.trials import Contest, Method, Objective

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from featherface_edge.pruning.space import Space
    from featherface_edge.pruning.study import Judge, Sampling

RECORD, PICTURE, TEXT = "comparison.json", "comparison.png", "comparison.txt"


@dataclass(frozen=True, slots=True)
class Entrant:
    """A way to choose rates. journal: of a study that it has made already, with the first seed."""

    name: str
    sampling: Sampling
    judge: Judge
    journal: Path | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every entrant: objective, trials of a repeat, and a seed for each repeat."""

    objective: Objective
    trials: int
    seeds: tuple[int, ...] = (0,)

    def __post_init__(self) -> None:
        if self.trials < 1 or not self.seeds:
            raise ValueError(f"{self.trials} trials, {len(self.seeds)} seeds, wanted 1 or more")


def compared(
    folder: Path,
    space: Space,
    entrants: Sequence[Entrant],
    terms: Terms,
    say: Callable[[str], None],
) -> Contest:
    """The scores of all entrants, the first of which is the search itself.

    Every study keeps its journal in the folder, so that a killed comparison goes on. say: told how
    far it is.
    """
    methods: list[Method] = []
    for entrant in entrants:
        repeats = [_scores(folder, space, entrant, (terms, seed), say) for seed in terms.seeds]
        methods.append(Method(entrant.name, tuple(repeats)))
    return Contest(terms.objective, tuple(methods))


def write_contest(folder: Path, contest: Contest) -> str:
    """The comparison as text, which is left in the folder with a record and a picture."""
    table = contest_table(contest)
    text = "\n".join([*aligned([table.head, *table.rows]), "", contest_line(contest)]) + "\n"
    write_text(folder / TEXT, text)
    write_text(folder / RECORD, json.dumps(asdict(contest), indent=1) + "\n")
    write_bytes(folder / PICTURE, png(drawn(contest)))
    return text


def read_contest(folder: Path) -> Contest:
    """The comparison that the folder's record holds."""
    found = cast("dict[str, Any]", json.loads((folder / RECORD).read_text(encoding="utf-8")))
    methods = tuple(
        Method(each["name"], tuple(map(tuple, each["repeats"])), each["precision"])
        for each in found["methods"]
    )
    return Contest(Objective(**found["objective"]), methods)


def _scores(
    folder: Path,
    space: Space,
    entrant: Entrant,
    terms: tuple[Terms, int],
    say: Callable[[str], None],
) -> tuple[float, ...]:
    """The scores of an entrant's first trials; the uniform method has one network for all."""
    rules, seed = terms
    file = folder / f"{re.sub('[^a-z0-9]+', '-', entrant.name.lower())}-{seed}.journal"
    journal = entrant.journal if entrant.journal and seed == rules.seeds[0] else file
    study = Study(journal, (rules.objective,), rules.trials, entrant.sampling, seed)
    found = search(study, space, entrant.judge, lambda text: say(f"{entrant.name}: {text}"))
    scores = tuple(trial.scores[0] for trial in found.trials[: rules.trials])
    return scores + scores[-1:] * (rules.trials - len(scores))
