from __future__ import annotations

import numpy as np
import pytest

from featherface_edge.errors import PruningError
from featherface_edge.pruning.groups import ChannelGroup
from featherface_edge.pruning.plan import count_kept
from featherface_edge.pruning.space import Limits, Space, search_groups
from tests.pruning.search.toys import cost, parts, space


def test_groups_share_a_rate_by_the_first_two_names_of_their_path() -> None:
    names = ("backbone.stage1.0.0", "backbone.stage1.1.3", "context.0.a", "context.1.a")
    groups = [ChannelGroup(name, 16, (name,)) for name in names]
    gate = ChannelGroup("neck_attention.0.reduce", 16, ("neck_attention.0.reduce",))
    found = search_groups([*groups, gate])
    assert {part: [group.name for group in held] for part, held in found.items()} == {
        "backbone.stage1": list(names[:2]),
        "context.0": [names[2]],
        "context.1": [names[3]],
    }


def test_every_choice_is_just_within_the_budget() -> None:
    dice = np.random.default_rng(0)
    held = space(180)
    for _ in range(200):
        choice = held.choice({name: float(dice.uniform(0, 1)) for name in held.parts})
        assert choice.cost == cost(choice.kept) <= 180
        # not even the cheapest multiple of 8 channels could come back
        wider = [
            cost({**choice.kept, group.name: choice.kept[group.name] + 8})
            for part in held.parts.values()
            for group in part
            if choice.kept[group.name] < group.size
        ]
        assert min(wider) > 180 or choice.cost > 180 - 3 * 8


def test_weights_say_which_part_gives_way() -> None:
    held = space(180)
    spared = held.choice({"body.a": 0.02, "body.b": 1.0, "neck.c": 1.0})
    shrunk = held.choice({"body.a": 1.0, "body.b": 0.02, "neck.c": 0.02})
    assert spared.kept["body.a"] > 40 > shrunk.kept["body.a"]
    assert spared.kept["body.b.0"] < 24
    assert shrunk.kept == {"body.a": 16, "body.b.0": 64, "neck.c.0": 32, "neck.c.1": 32}
    assert shrunk.rates["body.a"] > 10 * shrunk.rates["body.b"]


def test_a_loose_budget_leaves_the_network_whole() -> None:
    choice = space(1000).choice(dict.fromkeys(parts(), 1.0))
    assert set(choice.rates.values()) == {0.0}
    assert choice.cost == 320


def test_an_impossible_budget_is_refused() -> None:
    with pytest.raises(PruningError, match="smallest network costs 80, wanted 60 or less"):
        space(60)


def test_a_share_moves_the_budget_between_its_ends() -> None:
    held = space(240, least=120)
    weights = dict.fromkeys(held.parts, 1.0)
    costs = [held.choice(weights, share).cost for share in (0.0, 0.5, 1.0)]
    assert costs[0] <= 120
    assert 120 < costs[1] <= 180 < costs[2] <= 240
    assert space(240).choice(weights, 0.0).cost == costs[2]


def test_the_rates_of_groups_keep_what_the_choice_keeps() -> None:
    groups = {"a.a": 96, "b.b": 20, "c.c": 512, "d.d": 8}
    held = Space(
        search_groups(ChannelGroup(name, size, (name,)) for name, size in groups.items()),
        lambda kept: float(sum(kept.values())),
        Limits(150, highest=0.9),
    )
    for low in (0.02, 0.3, 1.0):
        choice = held.choice({"a.a": 1.0, "b.b": low, "c.c": 1.0, "d.d": low})
        rates = held.group_rates(choice)
        assert {name: count_kept(groups[name], rate) for name, rate in rates.items()} == choice.kept


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"most": 0.0}, "costs from 0 up"),
        ({"most": 1.0, "least": 2.0}, "costs from 0 up"),
        ({"most": 1.0, "highest": 0.95}, "wanted above 0, to 0.9"),
        ({"most": 1.0, "multiple": 0}, "multiples of 1"),
    ],
    ids=["nothing", "least", "highest", "multiple"],
)
def test_limits_that_cannot_be_are_refused(given: dict[str, float], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Limits(**given)  # type: ignore[arg-type]  # a table of all fields
