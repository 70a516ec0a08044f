"""One run: a checkpoint in, proven model files out."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from featherface_converters import jobs, naming, proof
from featherface_converters.formats import DEFAULT, TARGETS
from featherface_converters.formats.commands import commands
from featherface_converters.formats.fitting import require_expressible, require_signable
from featherface_converters.plan import Plan
from featherface_converters.plan.calibrator import Calibrator
from featherface_converters.plan.search import Means, Search
from featherface_converters.plan.simulation import Simulation
from featherface_converters.prepare import prepare
from featherface_converters.proof.page import Subject
from featherface_converters.proof.writing import clear, write_proof
from featherface_converters.proving import completed, described, proven
from featherface_converters.targets import open_target
from featherface_converters.trust.sealing import seal
from featherface_converters.tuning.chance import Chance, better_file
from featherface_edge import optional
from featherface_edge.errors import UsageError
from featherface_edge.models.checkpoints import load, resized
from featherface_edge.progress import Progress
from featherface_edge.spec import bytes_of, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import nn

    from featherface_calibration import CalibrationSet
    from featherface_converters.formats import Options
    from featherface_converters.plan.budget import Budget
    from featherface_converters.proof import Proof, Reference
    from featherface_converters.proving import ProvenFile
    from featherface_converters.target import Job, Target
    from featherface_converters.tuning.tune import Tuning
    from featherface_edge.models.checkpoints import Checkpoint
    from featherface_edge.spec import ModelSpec, Precision, Sign

PREPARE_S, FLOAT_S, INTEGER_S = 5.0, 12.0, 20.0
RANGE_S, PHOTOGRAPH_S = 0.15, 0.03  # a photograph of the usual area
USUAL_AREA = 320 * 320

FLOATS: tuple[Precision, ...] = ("float32", "float16")
SUFFIXES = {form.suffix for form in TARGETS.values()}


@dataclass(frozen=True, slots=True)
class Order:
    """What to convert.

    targets: names of the table. checkpoint: a file of fe-train, or with a description (a TOML file
    or the name of a shipped one) an ONNX file of another project. size: (width, height) of the
    canvas, the checkpoint's own where None. labels: a JSON-lines file of the photographs' faces,
    where known; ground_truth: a folder of WIDER FACE's official files, where the photographs are of
    its validation set. out: a folder, or the file of the only target. tuning: of INT8 targets that
    lose too much, where allowed. sign: of the seals, where somebody signs. budget: of INT8
    targets, a plan within which is searched for. command: what asked for it, as for a shell, ""
    where no shell did. options: among the forms of each format.
    """

    targets: tuple[str, ...]
    checkpoint: Path
    calibration: CalibrationSet
    photographs: CalibrationSet
    out: Path
    size: tuple[int, int] | None = None
    labels: Path | None = None
    ground_truth: Path | None = None
    tuning: Tuning | None = None
    sign: Sign | None = None
    description: Path | None = None
    budget: Budget | None = None
    command: str = ""
    options: Options = DEFAULT

    def __post_init__(self) -> None:
        if not self.targets:
            raise ValueError("targets is empty, wanted at least one")
        resizing = "--tune" if self.tuning is not None else "--dynamic"
        if self.description and (self.tuning is not None or self.options.dynamic):
            raise UsageError(
                f"{resizing} wants a network at several sizes, and one from an ONNX file has one: "
                "convert without it"
            )


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished target: its file, the bytes of all its parts, its proof, its plan if INT8."""

    target: str
    path: Path
    bytes: int
    proof: Proof
    plan: Plan | None = None


def convert(order: Order, say: Callable[[str], None]) -> list[Outcome]:
    """The outcome of every target; a file whose proof failed stands under a name that says so.

    say: told what begins, in a few words.

    Raises: ConversionError when a network does not fit a target, or a file does not run. DataError
    when a photograph both calibrates and proves.
    """
    targets = _targets(order, order.options)
    checkpoint = _opened(order)
    spec = checkpoint.spec
    precisions: list[Precision] = [target.recipe.precision for target in targets.values()]
    progress = Progress(say, _expected(order, spec, precisions))
    progress.stage(f"preparing {order.checkpoint.name}")
    paths = {name: _path(order, spec, target) for name, target in targets.items()}
    graph = prepare(checkpoint.model, spec.preprocessing)
    require_expressible(graph, spec.network, [target.recipe for target in targets.values()])
    work = dict.fromkeys(FLOATS, jobs.float_job(graph, spec))
    if order.options.dynamic:
        options = _free_axes(order, checkpoint.model, work["float32"], say)
        targets = _targets(order, options)
        paths = {name: _path(order, spec, target) for name, target in targets.items()}
    calibrator: Calibrator | None = None
    if "int8" in precisions:
        _require_apart(order)
        progress.stage(f"measuring ranges on {len(order.calibration)} photographs")
        calibrator = Calibrator(graph, spec, order.calibration, progress.part)
        work["int8"] = calibrator.job(Plan())
    progress.stage(f"running the float network on {len(order.photographs)} photographs")
    exam = proof.Exam(order.photographs, order.labels, order.ground_truth)
    exact = proof.reference(checkpoint.model, spec, exam, progress.part)
    means = _means(order.budget, calibrator, exact, say)
    exact = means.exact if means else exact
    bench = _Bench(checkpoint.model, exact, order.tuning, order.sign, order.command, say, means)
    outcomes: list[Outcome] = []
    for name, target in targets.items():
        progress.stage(f"{name}: converting and proving")
        outcomes.append(_made(name, target, work[target.recipe.precision], paths[name], bench))
    return outcomes


def _targets(order: Order, options: Options) -> dict[str, Target]:
    if order.sign is not None:
        require_signable(order.targets)
    return {name: open_target(name, options) for name in order.targets}


def _require_apart(order: Order) -> None:
    """Makes sure that no photograph of the proof calibrates or tunes."""
    proof.require_apart(order.calibration, order.photographs)
    if order.tuning is not None:
        proof.require_apart(order.tuning.photographs, order.photographs, "tune", "tune")


def _expected(order: Order, spec: ModelSpec, precisions: Sequence[Precision]) -> list[float]:
    """Seconds of each stage for `edge` on one core of a 2026 server."""
    size = spec.preprocessing
    area = size.width * size.height / USUAL_AREA
    calibrating, proving = len(order.calibration) * area, len(order.photographs) * area
    targets = [
        INTEGER_S + PHOTOGRAPH_S * (2 * calibrating + proving)
        if precision == "int8"
        else FLOAT_S + PHOTOGRAPH_S * proving
        for precision in precisions
    ]
    ranges = [RANGE_S * calibrating] if "int8" in precisions else []
    return [PREPARE_S, *ranges, PHOTOGRAPH_S * proving, *targets]


@dataclass(frozen=True, slots=True)
class _Bench:
    """What every target of an order is made with."""

    network: nn.Module
    exact: Reference
    tuning: Tuning | None
    sign: Sign | None
    command: str
    say: Callable[[str], None]
    means: Means | None


def _means(
    budget: Budget | None,
    calibrator: Calibrator | None,
    exact: Reference,
    say: Callable[[str], None],
) -> Means | None:
    """What a plan is searched for with, the budget's limits in its reference, if one is."""
    if budget is None or calibrator is None:
        return None
    limited = replace(exact, limits=budget.limits())
    simulation = Simulation(calibrator, limited, say)
    return Means(calibrator, simulation, limited, budget.seconds, say)


def _opened(order: Order) -> Checkpoint:
    """The network, its manifest of the wanted size."""
    if order.description is not None:
        reader = optional.load("featherface_converters.foreign", "reading ONNX files", "convert")
        made: Checkpoint = reader.opened(order.checkpoint, order.description, order.size)
        return made
    found = load(order.checkpoint)
    return replace(found, spec=resized(found.spec, *order.size)) if order.size else found


def _free_axes(order: Order, network: nn.Module, job: Job, say: Callable[[str], None]) -> Options:
    """The order's options with the axes free that can be."""
    check = optional.load(
        "featherface_converters.formats.dynamic_check", "free axes of ONNX", "convert"
    )
    chosen: Options = check.possible(network, job, order.options, say)
    return chosen


def _path(order: Order, spec: ModelSpec, target: Target) -> Path:
    suffix = target.recipe.suffix
    if order.out.suffix not in SUFFIXES or order.out.is_dir():
        return order.out / naming.artifact_name(spec, target.recipe)
    if len(order.targets) > 1:
        raise UsageError(
            f"{order.out.name} is one file for {len(order.targets)} targets: name a folder"
        )
    if order.out.suffix != suffix:
        raise UsageError(
            f"{order.out.name} does not end in {suffix}: name the file so, or a folder"
        )
    return order.out


def _made(name: str, target: Target, job: Job, path: Path, bench: _Bench) -> Outcome:
    """Writes the file in a fresh folder beside its place; it moves there when all is settled."""
    path.parent.mkdir(parents=True, exist_ok=True)
    state = path.with_name(f".{path.name}.tuning")
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        fresh = Path(folder) / path.name
        file = proven(target, job, bench.exact, fresh)
        if job.values is not None:
            file = _bettered(name, file, state, bench)
        file = completed(file, bench.exact)
        if target.recipe.form.in_runtime:
            seal(file, bench.sign)
        fresh, found = file.path, file.proof
        final = naming.failed(path) if found.faults else path
        for part, place in zip(parts(fresh), parts(final), strict=True):
            part.replace(place)
    state.unlink(missing_ok=True)
    write_proof(_subject(final, file, bench), found, bench.exact)
    if not found.faults:
        clear(naming.failed(path))
    return Outcome(name, final, bytes_of(final), found, file.job.plan)


def _subject(path: Path, file: ProvenFile, bench: _Bench) -> Subject:
    """What the page of the proof is about; path: where the file stands now."""
    onward = commands(path, file.target.recipe.options)
    manifest = described(file.target, file.job)
    return Subject(path, manifest, bench.command, onward, file.job.plan)


def _bettered(name: str, file: ProvenFile, state: Path, bench: _Bench) -> ProvenFile:
    """The file of the plan that keeps the budget, or of tuned weights, as far as asked for."""
    chance: Chance | None = None
    if bench.tuning is not None:
        chance = Chance(name, bench.network, bench.tuning, state)
    if bench.means is not None:
        return Search(name, bench.means, file.path.parent).best(file, chance)
    return better_file(file, chance, bench.exact, bench.say) if chance else file
