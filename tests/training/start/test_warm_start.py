"""The warm start: every step that claims to be exact is compared with the teacher."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch")

from torch.nn import functional  # noqa: E402

from featherface_edge.models.blocks import HardSwish  # noqa: E402
from featherface_edge.models.edge import EdgeCell, EdgeConfig  # noqa: E402
from featherface_edge.models.featherface import CONFIGS, FeatherFace  # noqa: E402
from featherface_edge.models.necks import BiFpn, BiFpnCell  # noqa: E402
from featherface_edge.training.start.annealing import AnnealedLeaky, set_progress  # noqa: E402
from featherface_edge.training.start.fusion import absorb_fusion  # noqa: E402
from featherface_edge.training.start.warm_start import teacher_input, warm_start  # noqa: E402

if TYPE_CHECKING:
    from torch import Tensor

pytestmark = pytest.mark.torch


def _trained(cells: int) -> BiFpn:
    torch.manual_seed(2)
    neck = BiFpn(64, [BiFpnCell(64) for _ in range(cells)]).eval()
    with torch.no_grad():
        for name, value in neck.named_parameters():
            if ".w_" in name:
                value.uniform_(0.5, 1.5)
        for cell in neck.cells:
            cell.get_parameter("w_out5")[2] = -0.1
    return neck


class ExactSwish(HardSwish):
    """The teacher's own Swish, which undoes a scale in the same way."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        out: Tensor = x * torch.sigmoid(x * self.rate)
        return out


def _plain(cells: int) -> BiFpn:
    return BiFpn(64, [EdgeCell(64, ExactSwish) for _ in range(cells)]).eval()


def test_fusion_weights_of_one_cell_are_absorbed_exactly() -> None:
    teacher, student = _trained(1), _plain(1)
    error = absorb_fusion(teacher, student)
    assert error < 1e-9
    levels = [torch.randn(1, c, s, s).relu() for c, s in ((64, 16), (128, 8), (256, 4))]
    wanted, found = teacher(*levels), student(*levels)
    # The finest map meets no pooling: it is the teacher's own.
    torch.testing.assert_close(found[0], wanted[0], rtol=1e-4, atol=1e-4)


def test_three_cells_leave_a_small_error() -> None:
    student = _plain(3)
    assert 0 < absorb_fusion(_trained(3), student) < 0.5


def test_annealing_ends_in_relu() -> None:
    activation, x = AnnealedLeaky(), torch.linspace(-3, 3, 13)
    torch.testing.assert_close(activation(x), functional.leaky_relu(x, 0.1))
    set_progress(activation, 2.0)
    assert torch.equal(activation(x), x.relu())


def test_hard_swish_undoes_a_scale() -> None:
    activation, x = HardSwish(), torch.linspace(-8, 8, 33)
    torch.testing.assert_close(activation(x), functional.hardswish(x))
    activation.rate.fill_(0.5)
    torch.testing.assert_close(activation(2 * x), 2 * functional.hardswish(x))


def test_start_repeats_backbone_and_heads_of_the_teacher() -> None:
    torch.manual_seed(0)
    teacher = FeatherFace(CONFIGS["v1"]).eval()
    x = torch.randint(-128, 128, (2, 3, 64, 64)).float()
    with torch.no_grad():
        student, left = warm_start(teacher, EdgeConfig(), [x])
        found = student.backbone(x)
        wanted = teacher.backbone(teacher_input(x))
        feature = torch.randn(1, 64, 4, 4)
        for mine, theirs in zip(student.heads, teacher.heads, strict=True):
            for one, two in zip(mine(feature), theirs(feature), strict=True):
                torch.testing.assert_close(one, two, rtol=1e-4, atol=1e-5)
    inner = (slice(None), slice(None), slice(2, -2), slice(2, -2))  # padding differs at the border
    torch.testing.assert_close(found[0][inner], wanted[0][inner], rtol=1e-3, atol=1e-3)
    assert 0 < left <= 1.0 + 1e-6
