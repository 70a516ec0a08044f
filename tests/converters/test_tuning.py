"""Quantization-aware fine-tuning: the exporters' grids, steps that help, and when to take them."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("ai_edge_quantizer")
pytest.importorskip("onnxscript")

import torch
from onnx import numpy_helper
from torch import Tensor, nn

from featherface_calibration import CalibrationSet, demo_photo, shipped_calibration, shipped_proof
from featherface_converters import proof
from featherface_converters.biases import corrected, rounded, settled
from featherface_converters.fine_stage import fine_stage
from featherface_converters.formats import TARGETS
from featherface_converters.onnx_int8 import both
from featherface_converters.proving import TUNED
from featherface_converters.statistics import collect, signed_pixels
from featherface_converters.target import Job, Measured
from featherface_converters.targets import open_target
from featherface_converters.tuning import contest
from featherface_converters.tuning.contest import Contest, better, figures, need
from featherface_converters.tuning.course import Lesson, Pair, Sitting, learn
from featherface_converters.tuning.photographs import Parts
from featherface_converters.tuning.rounded_run import SchemedRun
from featherface_converters.tuning.scheme import Grid, Scheme, as_int8, on_grid, spanned
from featherface_converters.tuning.schemes import SCHEMES, scheme_of
from featherface_converters.tuning.weights import Weights, take
from featherface_edge.cli import main
from featherface_edge.evaluation.agreement import Agreement
from featherface_edge.models import registry
from featherface_edge.models.graph import capture, convolutions, copied
from featherface_edge.spec import Calibration, ModelSpec, Preprocessing, from_json, to_json
from featherface_runtime.backends import BackendOptions, open_backend

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from featherface_edge.detection import FloatArray, Frame

pytestmark = pytest.mark.convert

SIDE = 64
# OpenVINO adds sums up inside convolutions, so that single numbers come out a level apart.
NEARER = {"tflite-int8": 0.4, "onnx-int8": 0.2, "openvino-int8": 0.7}
CHANNELS = {"score": 2, "box": 8, "landmark": 20}
ALIKE = Agreement(
    precision=1.0,
    recall=1.0,
    f1=1.0,
    mean_iou=1.0,
    score_drift=0.0,
    score_shift=0.0,
    landmark_error=0.0,
    faces=5,
    matched=5,
    images=1,
)


class Small(nn.Module):
    """Nine maps of three levels, from full, depthwise and 1x1 convolutions, a sum and a pool."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(2)
        self.stem = nn.Conv2d(3, 16, 3, 4, 1)
        self.deep = nn.Conv2d(16, 16, 3, 2, 1, groups=16)
        self.wide = nn.Conv2d(16, 16, 1)
        self.heads = nn.ModuleList(
            nn.Conv2d(16, CHANNELS[each.kind], 1) for each in registry.output_maps()
        )

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(1, 3, H, W) -> nine maps, at strides 8, 16 and 32."""
        first = torch.relu(self.deep(torch.relu(self.stem(x * 0.02))))
        fine = torch.relu(self.wide(first) + first)
        middle = nn.functional.max_pool2d(fine, 2)
        levels = [fine, middle, nn.functional.max_pool2d(middle, 2)]
        return tuple(head(levels[place // 3]) for place, head in enumerate(self.heads))


def canvases(count: int) -> list[Frame]:
    """Pictures of flat areas and noise, (H, W, 3)."""
    dice = np.random.default_rng(3)
    found = [dice.integers(0, 256, (SIDE, SIDE, 3), np.uint8) for _ in range(count)]
    for each in found:
        each[: SIDE // 2] = dice.integers(0, 256, 3)
    return found


def size() -> Preprocessing:
    """What every picture here is made to."""
    return replace(registry.network("edge").preprocessing, width=SIDE, height=SIDE)


@pytest.fixture(name="job", scope="module")
def _job() -> Job:
    """The INT8 job of the small network."""
    seen = canvases(6)
    graph = capture(Small(), SIDE, SIDE)
    statistics = collect(graph, seen)
    digest = hashlib.sha256(b"canvases").hexdigest()
    known = Measured(
        seen,
        statistics,
        corrected(graph, statistics, seen),
        Calibration("canvases", len(seen), digest, "none"),
    )
    spec = ModelSpec(
        network="small",
        version="0",
        precision="int8",
        preprocessing=size(),
        levels=registry.ANCHOR_LEVELS,
        outputs=registry.output_maps(),
        weights_sha256=digest,
    )
    return Job(spec, graph, known)


def pixels(seen: Sequence[Frame]) -> Tensor:
    """Canvases as the graph takes them."""
    return torch.from_numpy(np.concatenate([signed_pixels(each) for each in seen]))


def distance(one: Sequence[FloatArray], two: Sequence[FloatArray]) -> float:
    """How far maps are from others, as a share of the latter."""
    error = sum(float(np.square(a - b).sum()) for a, b in zip(one, two, strict=True))
    return math.sqrt(error / sum(float(np.square(b).sum()) for b in two))


def test_values_land_on_the_nearest_level_and_gradients_pass_inside() -> None:
    grid = Grid((0.5,), (10,))
    values = torch.tensor([[-9.0, -5.0, 0.1, 0.3, 122.5, 200.0]], requires_grad=True)
    found = on_grid(values, grid)
    torch.testing.assert_close(found, torch.tensor([[-5.0, -5.0, 0.0, 0.5, 122.5, 122.5]]))
    (slopes,) = torch.autograd.grad(found.sum(), values)
    torch.testing.assert_close(slopes, torch.tensor([[0.0, 1.0, 1.0, 1.0, 1.0, 0.0]]))


def test_each_channel_may_have_its_grid() -> None:
    grid = spanned(np.array((-1.0, 0.0)), np.array((1.0, 25.5)))
    found = on_grid(torch.full((1, 2, 1, 1), 0.26), grid).flatten()
    assert grid.zeros == (128, 0)
    assert found.tolist() == pytest.approx([round(0.26 * 127.5) / 127.5, 0.3])


def test_kernels_are_rounded_as_the_bias_correction_rounds_them() -> None:
    kernel = torch.randn(8, 4, 3, 3) * torch.logspace(-3, 3, 8)[:, None, None, None]
    torch.testing.assert_close(as_int8(kernel), rounded(kernel))
    coarse_steps = as_int8(kernel, 2) / kernel.abs().amax(dim=(1, 2, 3), keepdim=True) * 63.5
    torch.testing.assert_close(coarse_steps, coarse_steps.round())


@pytest.mark.parametrize(
    ("scales", "zeros"),
    [((), ()), ((0.1, 0.1), (3,)), ((0.0,), (3,)), ((0.1,), (256,))],
    ids=["empty", "lengths", "flat", "outside"],
)
def test_a_grid_that_cannot_be_is_refused(
    scales: tuple[float, ...], zeros: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match=r"scale|zeros"):
        Grid(scales, zeros)


def test_every_int8_target_has_a_scheme(job: Job) -> None:
    assert set(SCHEMES) == {name for name in TARGETS if name.endswith("int8")}
    with pytest.raises(ValueError, match="has no 8-bit grids"):
        scheme_of("onnx", job)


@pytest.mark.parametrize("target", SCHEMES)
def test_a_schemed_run_gives_what_the_file_says(target: str, job: Job, tmp_path: Path) -> None:
    """The rounded run is much nearer to the file than the float network is."""
    path = tmp_path / f"small{open_target(target).recipe.suffix}"
    canvas = job.measured.canvases[0]
    scheme = scheme_of(target, job)
    graph = settled(job, scheme.exact)
    with torch.no_grad():
        exact = [each.numpy() for each in job.graph(pixels([canvas]))]
        guess = [each.numpy() for each in SchemedRun(graph, scheme).maps(pixels([canvas]))]
    file = answers(target, job, path, canvas)
    assert distance(file, exact) > 2e-3
    assert distance(file, guess) < NEARER[target] * distance(file, exact)


def answers(target: str, job: Job, path: Path, canvas: Frame) -> list[FloatArray]:
    """The maps of the target's file in the runtime's own backend."""
    spec = replace(job.spec, calibration=job.measured.calibration)
    open_target(target).write(job, path)
    open_target(target).embed(path, to_json(spec))
    backend = open_backend(path, BackendOptions(threads=1))
    found = [np.array(each).transpose(2, 0, 1)[None] for each in backend.infer(canvas)]
    backend.close()
    return found


def test_what_stays_float_is_not_read_from_a_quantized_tensor(job: Job) -> None:
    """ONNX Runtime 1.31 rounds the kernel of a convolution between quantized tensors."""
    _, quantized = both(job)
    makers = {output: node for node in quantized.graph.node for output in node.output}
    left = [
        node
        for node in quantized.graph.node
        if node.op_type == "Conv" and node.input[1] not in makers
    ]
    assert len(left) == fine_stage(job)
    sources = [makers[node.input[0]].op_type for node in left if node.input[0] in makers]
    assert "DequantizeLinear" not in sources


def coarse() -> Scheme:
    """A scheme that costs the small network something: every relu on a coarse grid."""
    grid = Grid((0.05,), (0,))
    return Scheme({"relu": grid, "relu_1": grid, "relu_2": grid})


def pair(job: Job) -> Pair:
    """A pupil on the coarse grids, and its float teacher."""
    graph = job.measured.corrected
    weights = Weights(graph, job.measured.statistics)
    return Pair(copied(job.graph), SchemedRun(copied(graph), coarse()), weights)


class Noise(Parts):
    """Pictures of noise in place of photographs."""

    def __init__(self) -> None:
        super().__init__(CalibrationSet((demo_photo(),), "none"), size(), 0)

    def batch(self, step: int, count: int) -> Tensor:
        """Other noise for each step."""
        dice = np.random.default_rng(step)
        return pixels([*dice.integers(0, 256, (count, SIDE, SIDE, 3), np.uint8)])


def error(found: Pair) -> float:
    """How far the pupil is from its teacher on the canvases."""
    seen = pixels(canvases(3))
    with torch.no_grad():
        guess = found.pupil.maps(seen, found.weights.tensors())
        return distance([*map(Tensor.numpy, guess)], [*map(Tensor.numpy, found.teacher(seen))])


def test_steps_bring_the_pupil_nearer_to_its_teacher(job: Job, tmp_path: Path) -> None:
    found, said = pair(job), list[str]()
    torch.manual_seed(5)
    with torch.no_grad():
        for move in found.weights.moves.values():
            move.add_(0.05 * torch.randn_like(move))
    before = error(found)
    learn(found, Noise(), Lesson(40, 4e-3, 2), Sitting(tmp_path / "state", "a", said.append))
    assert error(found) < 0.7 * before
    assert len(said) == 10
    assert said[-1].startswith("step 40 of 40, loss ")


def test_a_tuning_that_was_broken_off_ends_as_if_it_was_not(job: Job, tmp_path: Path) -> None:
    whole, broken, resumed, said = pair(job), pair(job), pair(job), list[str]()
    lesson = Lesson(20, 1e-3, 1)
    learn(whole, Noise(), lesson, Sitting(tmp_path / "whole", "a", said.append))

    class Stop(Noise):
        def batch(self, step: int, count: int) -> Tensor:
            if step == 14:
                raise KeyboardInterrupt
            return super().batch(step, count)

    with pytest.raises(KeyboardInterrupt):
        learn(broken, Stop(), lesson, Sitting(tmp_path / "state", "a", said.append))
    said.clear()
    learn(resumed, Noise(), lesson, Sitting(tmp_path / "state", "a", said.append))
    assert said[0] == "going on after step 10"
    found = zip(whole.weights.tensors().values(), resumed.weights.tensors().values(), strict=True)
    assert all(torch.equal(one, two) for one, two in found)


@pytest.mark.parametrize("damage", ["another", "broken", "empty"])
def test_a_state_of_something_else_is_not_taken_up(damage: str, job: Job, tmp_path: Path) -> None:
    state, said = tmp_path / "state", list[str]()
    learn(pair(job), Noise(), Lesson(1, 1e-3, 1), Sitting(state, "a", said.append))
    if damage != "another":
        state.write_bytes(b"" if damage == "empty" else b"no state")
    said.clear()
    learn(pair(job), Noise(), Lesson(1, 1e-3, 1), Sitting(state, "b", said.append))
    assert said == ["step 1 of 1, loss " + said[0].split()[-1]]


def test_a_lesson_without_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        Lesson(steps=0)


def test_parts_are_fixed_by_the_seed() -> None:
    photographs = CalibrationSet(shipped_calibration().files[:3], "three")
    preprocessing = replace(size(), width=640, height=384)
    one, same, other = (Parts(photographs, preprocessing, seed) for seed in (1, 1, 2))
    batch = one.batch(1, 2)
    assert batch.shape == (2, 3, 320, 320)
    assert torch.equal(batch, same.batch(1, 2))
    assert not torch.equal(batch, other.batch(1, 2))
    assert float(batch.min()) >= -128
    assert float(batch.max()) <= 127


def test_a_settled_job_is_written_as_it_is(job: Job) -> None:
    graph = copied(job.graph)
    weights = Weights(graph, job.measured.statistics)
    with torch.no_grad():
        for move in weights.moves.values():
            move.add_(0.01 * torch.randn_like(move))
    take(graph, weights.tensors())
    done = Job(job.spec, graph, replace(job.measured, corrected=graph, settled=True))
    float_model, _ = both(done)
    held = [numpy_helper.to_array(each) for each in float_model.graph.initializer]
    for conv in convolutions(graph):
        assert any(np.array_equal(each, conv.weight.numpy()) for each in held)
        assert any(np.array_equal(each, conv.bias.numpy()) for each in held)
    assert not torch.equal(convolutions(graph)[0].weight, convolutions(job.graph)[0].weight)


def judged(f1: float, average_precision: tuple[float, float] | None = None) -> proof.Proof:
    """A proof with these figures."""
    found = replace(ALIKE, f1=f1, precision=f1)
    return proof.Proof("set", "0" * 64, proof.LIMITS["int8"], found, {}, average_precision)


@pytest.mark.parametrize(
    ("found", "wanted", "reason"),
    [
        (judged(0.5, (0.7, 0.698)), False, "loss of AP 0.0020 <= 0.0025"),
        (judged(1.0, (0.7, 0.697)), True, "loss of AP 0.0030 > 0.0025"),
        (judged(0.98), True, "F1 0.9800 < 0.99"),
        (judged(0.995), False, "F1 0.9950 >= 0.99"),
    ],
    ids=["small loss", "loss", "unlike", "alike"],
)
def test_tuning_is_for_files_that_lost_too_much(
    found: proof.Proof, *, wanted: bool, reason: str
) -> None:
    assert need(found) == (wanted, reason)


@pytest.mark.parametrize(
    ("tuned_one", "plain", "wins"),
    [
        (judged(0.99), judged(0.98), True),
        (judged(0.98), judged(0.99), False),
        (judged(0.95, (0.7, 0.69)), judged(0.99, (0.7, 0.68)), True),
        (judged(0.95, (0.7, 0.60)), judged(0.5, (0.7, 0.68)), True),
        (judged(0.5, (0.7, 0.70)), judged(0.95, (0.7, 0.68)), False),
    ],
    ids=["higher F1", "lower F1", "higher AP", "passes alone", "fails alone"],
)
def test_the_better_file_is_kept(tuned_one: proof.Proof, plain: proof.Proof, *, wins: bool) -> None:
    assert better(tuned_one, plain) is wins


def test_a_proof_tells_of_both_figures() -> None:
    before, after = judged(0.98, (0.7, 0.69)), judged(0.99, (0.7, 0.699))
    told = Contest("why", figures(before), figures(after), 9, "set", "0" * 64, kept=True)
    record = replace(after, contest=told).as_json()["tuning"]
    assert isinstance(record, dict)
    assert record["kept"] == "tuned"
    assert record["without"] == {"AP": 0.69, "F1": 0.98, "mean IoU": 1.0}
    assert record["tuned"] == {"AP": 0.699, "F1": 0.99, "mean IoU": 1.0}
    assert told.in_words().startswith("tuned in 9 steps (why): AP 0.6900 without, 0.6990 tuned; ")
    assert "tuning" not in before.as_json()
    assert Contest("enough", figures(before)).in_words() == "not tuned: enough"


def test_a_contest_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="they disagree"):
        Contest("why", {}, None, 9)
    with pytest.raises(ValueError, match="they disagree"):
        Contest("why", {}, kept=True)


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (["--tune", "{proof}"], "photographs of the proof also tune"),
        (["--tune", "{proof}", "--tune-steps", "0"], "--tune-steps is 0"),
        (["--tune", "nowhere"], "nowhere"),
    ],
    ids=["same photographs", "no steps", "no folder"],
)
def test_mistakes_are_one_line(
    flags: list[str], complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [each.format(proof=shipped_proof().files[0].parent) for each in flags]
    size_flags = ["--target", "onnx-int8", "--size", "64x64", "-o", str(tmp_path / "out")]
    assert main(["convert", *size_flags, *given]) == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("target", SCHEMES)
def test_one_command_tunes_and_tells(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(contest, "LEAST_F1", 1.1)
    photographs = tmp_path / "photographs"
    photographs.mkdir()
    (photographs / "one.jpg").write_bytes(demo_photo().read_bytes())
    out = tmp_path / "out"
    flags = ["--target", target, "--size", "256x256", "--tune", str(photographs)]
    assert main(["convert", *flags, "--tune-steps", "2", "-o", str(out)]) in {0, 3}
    assert "tuned in 2 steps" in capsys.readouterr().out
    (record,) = (json.loads(each.read_text()) for each in out.glob("*.proof.json"))
    assert record["tuning"]["steps"] == 2
    assert set(record["tuning"]["without"]) == set(record["tuning"]["tuned"])
    (path,) = (each for each in out.glob(f"*{open_target(target).recipe.suffix}"))
    backend = open_backend(path, BackendOptions(threads=1))
    spec = from_json(backend.manifest)
    backend.close()
    assert spec.proof == record
    assert spec.calibration is not None
    assert spec.calibration.method.endswith(TUNED) is (record["tuning"]["kept"] == "tuned")
    assert not [each for each in out.iterdir() if each.name.startswith(".")]
