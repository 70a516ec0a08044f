"""edge-lean from edge: fits that leave little, weights that stay."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from featherface_edge.models import checkpoints  # noqa: E402
from featherface_edge.models.edge import CONFIGS, Edge  # noqa: E402
from featherface_edge.training.start.fitting import Target, fit  # noqa: E402
from featherface_edge.training.start.lean_start import lean_start  # noqa: E402

pytestmark = pytest.mark.torch


def test_a_fit_of_what_a_convolution_can_give_leaves_nothing() -> None:
    torch.manual_seed(0)
    wanted = nn.Conv2d(4, 6, 3, stride=2, padding=1)
    conv, norm = nn.Conv2d(4, 6, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(6).eval()
    batches = [torch.randn(2, 4, 16, 16) for _ in range(4)]
    with torch.no_grad():
        left = fit(Target(conv, norm, wanted), (wanted, conv), batches)
        assert left < 1e-3
        x = torch.randn(1, 4, 16, 16)
        torch.testing.assert_close(norm(conv(x)), wanted(x), rtol=0.02, atol=0.02)


def test_the_lean_student_keeps_shared_weights_and_is_nearer_than_a_fresh_one() -> None:
    teacher = checkpoints.load(checkpoints.shipped()).model
    assert isinstance(teacher, Edge)
    torch.manual_seed(1)
    batches = [60 * torch.randn(2, 3, 160, 160) for _ in range(2)]
    student, left = lean_start(teacher, CONFIGS["edge-lean"], batches)
    assert 0 <= left <= 1.0 + 1e-6
    for name, value in teacher.backbone.stage2.state_dict().items():
        torch.testing.assert_close(student.backbone.stage2.state_dict()[name], value)
    with torch.no_grad():
        wanted = teacher.backbone.stage1(batches[0])
        fresh = Edge(CONFIGS["edge-lean"]).eval().backbone.stage1(batches[0])
        found = student.backbone.stage1(batches[0])
        assert (found - wanted).square().mean() < 0.5 * (fresh - wanted).square().mean()
