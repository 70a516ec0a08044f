"""What a student owes its teacher."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from featherface_edge.errors import UsageError  # noqa: E402
from featherface_edge.training.config.records import FeatureConfig  # noqa: E402
from featherface_edge.training.losses.distillation import (  # noqa: E402
    SPAN,
    Balance,
    alpha_at,
    answer_losses,
    balanced,
    feature_losses,
)
from featherface_edge.training.losses.predictions import Predictions  # noqa: E402
from featherface_edge.training.pupil import Pupil, listen, projections  # noqa: E402

pytestmark = pytest.mark.torch


def _identity(count: Tensor) -> Tensor:
    return count.clamp_min(1.0)


def _answers(count: int = 40) -> Predictions:
    return Predictions(
        3 * torch.randn(2, count), torch.randn(2, count, 4), torch.randn(2, count, 10)
    )


def test_scores_are_the_divergence_of_softened_softmaxes() -> None:
    torch.manual_seed(0)
    guess, wanted, temperature = _answers(), _answers(), 4.0
    pairs = [torch.stack((torch.zeros_like(p.logits), p.logits), -1) for p in (guess, wanted)]
    given, target = (torch.log_softmax(pair / temperature, -1) for pair in pairs)
    divergence = temperature**2 * (target.exp() * (target - given)).sum()
    sure = torch.sigmoid(wanted.logits)
    faces = sure[sure >= 0.01].sum()
    found = answer_losses(guess, wanted, temperature, _identity)["score"]
    torch.testing.assert_close(found, divergence / faces, rtol=1e-4, atol=1e-5)


def test_a_student_that_says_the_same_owes_nothing() -> None:
    wanted = _answers()
    losses = answer_losses(wanted, wanted, 4.0, _identity)
    assert all(abs(value.item()) < 1e-4 for value in losses.values())


def test_boxes_of_sure_background_teach_nothing() -> None:
    wanted = _answers()
    background = torch.full_like(wanted.logits, -9.0)
    quiet = Predictions(background, wanted.boxes, wanted.landmarks)
    losses = answer_losses(_answers(), quiet, 1.0, _identity)
    assert losses["box"].item() == 0
    assert losses["landmark"].item() == 0


@pytest.mark.parametrize(
    ("progress", "alpha"), [(0.0, 0.8), (0.5, 0.65), (0.79, 0.563), (0.8, 0.4), (1.0, 0.4)]
)
def test_alpha_falls_and_is_capped_in_the_last_fifth(progress: float, alpha: float) -> None:
    assert alpha_at(progress, (0.8, 0.5, 0.4)) == pytest.approx(alpha)


def test_learned_weights_do_not_run_away() -> None:
    balance = Balance()
    optimizer = torch.optim.SGD(balance.parameters(), lr=5.0)
    losses = torch.tensor([1e-6, 1.0, 1e6])
    for _ in range(300):
        optimizer.zero_grad()
        torch.autograd.backward(balanced(losses, balance.log_weights()))
        torch.nn.utils.clip_grad_norm_(balance.parameters(), 1.0)
        optimizer.step()
    learned = balance.log_weights()
    assert learned.abs().max().item() <= SPAN
    assert learned[0].item() < -1  # a small loss may weigh more, within the bounds
    assert learned[2].item() > 1
    assert learned[1].item() == pytest.approx(0.0, abs=0.3)  # the optimum of exp(-s) + s


class _Body(nn.Module):
    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.stage = nn.Conv2d(3, channels, 3, stride, 1)
        self.flat = nn.Flatten()

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        deep = self.stage(x)
        self.flat(deep)
        return (deep,)


FEATURE = FeatureConfig("stage", "stage")


def test_projection_stands_where_channels_differ_and_learns() -> None:
    student, teacher = _Body(4, 2), _Body(6, 2)
    between = projections(student, teacher, [FEATURE])
    assert isinstance(between[0], nn.Conv2d)
    assert isinstance(projections(student, _Body(4, 2), [FEATURE])[0], nn.Identity)
    pupil = Pupil(student, ["stage"], between, None)
    assert any(name.startswith("projections.0") for name in pupil.state_dict())
    x = torch.randn(2, 3, 16, 16)
    _, features, _ = pupil(x)
    heard = listen(teacher, ["stage"], x)
    torch.autograd.backward(feature_losses(features, heard.features, [FEATURE]))
    assert between[0].weight.grad is not None
    assert between[0].weight.grad.abs().sum() > 0


def test_feature_error_is_relative_and_resized() -> None:
    wanted = torch.randn(2, 5, 8, 8)
    given = torch.nn.functional.avg_pool2d(wanted, 2)
    assert feature_losses([given], [wanted], [FEATURE]).item() == pytest.approx(0, abs=1e-6)
    zero = torch.zeros_like(wanted)
    single = feature_losses([zero], [wanted], [FEATURE]).item()
    assert single == pytest.approx(1.0, abs=0.05)
    scaled = feature_losses([zero], [10 * wanted], [FeatureConfig("a", "b", weight=2)]).item()
    assert scaled == pytest.approx(2 * single, rel=1e-3)


def test_rectified_teacher_asks_for_nothing_negative() -> None:
    wanted = torch.randn(1, 3, 8, 8)
    feature = FeatureConfig("a", "b", rectify=True)
    assert feature_losses([wanted.relu()], [wanted], [feature]).item() == pytest.approx(0)


def test_unknown_part_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no part 'neck'.*stage, flat"):
        projections(_Body(4, 2), _Body(4, 2), [FeatureConfig("neck", "stage")])


def test_a_part_without_a_map_is_refused() -> None:
    with pytest.raises(UsageError, match="'flat' gives no feature map"):
        projections(_Body(4, 2), _Body(4, 2), [FeatureConfig("flat", "stage")])
