from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from featherface_edge.models import registry
from featherface_edge.models.profile import multiply_accumulates
from featherface_edge.pruning.anatomy import Anatomy, census
from featherface_edge.pruning.plan import Plan, count_kept
from featherface_edge.pruning.slim import slimmed
from tests.pruning.search.toys import tiny

pytestmark = pytest.mark.torch

SIDE = 64


@pytest.mark.parametrize("name", ["edge", "nano", "v2"])
def test_a_census_counts_what_the_profile_counts(name: str) -> None:
    model = registry.build(name).eval()
    found = census(model, SIDE, SIDE)
    kernels = [layer for layer in found.layers if not layer.shared]
    assert found.parameters == registry.parameter_count(model)
    convolutions = [each for each in model.modules() if isinstance(each, torch.nn.Conv2d)]
    assert sum(layer.weights for layer in kernels) == sum(
        each.weight.numel() for each in convolutions
    )
    assert found.macs == pytest.approx(multiply_accumulates(model, SIDE), rel=0.01)
    assert [layer.first for layer in found.layers].count(True) == 1


def test_any_widths_are_known_without_building_them() -> None:
    model = tiny()
    anatomy = Anatomy(model, SIDE, 2 * SIDE)
    assert anatomy.at({}) == anatomy.full == census(model, SIDE, 2 * SIDE)
    dice = np.random.default_rng(1)
    for _ in range(6):
        kept = {
            name: count_kept(size, float(dice.uniform(0, 0.9)), 1)
            for name, size in anatomy.sizes.items()
        }
        narrow = slimmed(model, Plan({name: tuple(range(each)) for name, each in kept.items()}))
        assert anatomy.at(kept) == census(narrow, SIDE, 2 * SIDE)


def test_depthwise_layers_are_told_from_others() -> None:
    found = census(tiny(), SIDE, SIDE)
    shapes = [(layer.shape.kernel, layer.shape.depthwise, layer.outputs) for layer in found.layers]
    assert shapes[:5] == [
        (3, False, 32),
        (3, False, 32),
        (3, True, 32),
        (1, False, 64),
        (3, False, 48),
    ]
    stem = found.layers[0]
    assert (stem.inputs, stem.shape.height, stem.shape.width) == (3, SIDE // 2, SIDE // 2)
    assert found.layers[2].weights == 32 * 9
