"""A slim network is prepared for the converters like any other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")

import torch

from featherface_converters.prepare import prepare
from featherface_edge.models import registry
from featherface_edge.pruning.groups import channel_groups
from featherface_edge.pruning.importance import importance
from featherface_edge.pruning.plan import choose
from featherface_edge.pruning.slim import slimmed
from tests.pruning.core.toys import lively, noise

pytestmark = pytest.mark.convert


@pytest.mark.parametrize("name", ["edge-lean", pytest.param("edge", marks=pytest.mark.slow)])
def test_a_slim_network_answers_the_same_when_prepared(name: str) -> None:
    model = lively(registry.build(name))
    groups = channel_groups(model)
    rates = {group.name: 0.1 * (place % 8) for place, group in enumerate(groups)}
    slim = slimmed(model, choose(importance(model, groups, "l2"), rates))
    size = replace(registry.network(name).preprocessing, width=96, height=64)
    graph = prepare(slim, size)
    with torch.inference_mode():
        wanted, found = slim(noise()), graph(noise())
    for one, two in zip(wanted, found, strict=True):
        scale = float(one.abs().max())
        np.testing.assert_allclose(two.numpy(), one.numpy(), atol=1e-4 * scale, rtol=1e-4)
