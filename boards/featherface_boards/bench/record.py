"""Records of a measurement: what ran where, and how long it took."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 -- plain.built reads the types of the fields
from dataclasses import dataclass

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Span:
    """The middle 95 % of what a bootstrap gives."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"the interval {self.low} to {self.high} is turned around")


@dataclass(frozen=True, slots=True)
class Spread:
    """How `count` times are spread; milliseconds.

    p50_interval, p99_interval: how far the two would move in another measurement of this kind.
    """

    p50: float
    p90: float
    p95: float
    p99: float
    max: float
    mean: float
    count: int
    p50_interval: Span
    p99_interval: Span

    def __post_init__(self) -> None:
        rising = (0.0, self.p50, self.p90, self.p95, self.p99, self.max)
        if self.count < 1 or list(rising) != sorted(rising):
            raise ValueError(f"percentiles are {rising[1:]} of {self.count}, wanted rising ones")


@dataclass(frozen=True, slots=True)
class Stages:
    """The way of a frame, step by step; None where a step cannot be told from the next one.

    letterbox: frame to canvas. input: canvas to input tensor. inference: to raw maps. decode: to
    boxes. suppress: to faces. end_to_end: all of them, from a frame in memory.
    """

    inference: Spread
    end_to_end: Spread
    letterbox: Spread | None = None
    input: Spread | None = None
    decode: Spread | None = None
    suppress: Spread | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """What was run.

    name: of the network. sha256: of the file that is opened and its companions, 64 hexadecimal
    digits. width, height: of its canvas, pixels. format: tflite, onnx or openvino. ap: mean average
    precision of WIDER FACE's three subsets where the zoo knows it, 0 to 1. bytes: of all files.
    """

    name: str
    sha256: str
    width: int
    height: int
    format: str
    precision: str
    bytes: int
    ap: float | None = None

    def __post_init__(self) -> None:
        if min(self.width, self.height, self.bytes) < 1:
            raise ValueError(f"{self.name} is {self.width}x{self.height}, {self.bytes} bytes")
        if self.ap is not None and not 0 <= self.ap <= 1:
            raise ValueError(f"ap of {self.name} is {self.ap}, wanted 0 to 1")


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator of the network in its interpreter; share: of the sum over all, 0 to 1."""

    name: str
    kind: str
    ms: float
    share: float


@dataclass(frozen=True, slots=True)
class Sample:
    """What the board's sensors said `seconds` after the start; None where it has no such sensor.

    clock_mhz: mean over the cores. power_w: of the board or the processor. throttled: now.
    """

    seconds: float
    temperature_c: float | None = None
    clock_mhz: float | None = None
    power_w: float | None = None
    throttled: bool | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """Single frames in the order in which they were measured, thinned out evenly where many.

    seconds: since the start of the measurement. inference_ms, end_to_end_ms: of the same frames.
    """

    seconds: tuple[float, ...]
    inference_ms: tuple[float, ...]
    end_to_end_ms: tuple[float, ...]

    def __post_init__(self) -> None:
        lengths = {len(self.seconds), len(self.inference_ms), len(self.end_to_end_ms)}
        if len(lengths) > 1:
            raise ValueError(f"columns of a series have lengths {sorted(lengths)}, wanted one")


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of a long measurement; seconds: its middle, since the start."""

    seconds: float
    p50_ms: float
    p99_ms: float
    temperature_c: float | None = None
    clock_mhz: float | None = None


@dataclass(frozen=True, slots=True)
class Sustained:
    """A long measurement until heat and clocks no longer change.

    seconds: how long it took. settled_after_s: when nothing changed any more, None = it did until
    the end. p99_ms: of the inferences after that, all of them where None; p99_interval: of it.
    """

    seconds: float
    settled_after_s: float | None
    p99_ms: float
    p99_interval: Span
    curve: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Camera:
    """What a camera adds, with capture and model at work at the same time.

    scheme: of its URI; the rest may tell where somebody lives. width, height: of its frames.
    age: from the moment at which a frame was taken, or was handed over where no sensor tells, until
    its faces were known. fps: results a second. dropped: frames that a newer one replaced.
    """

    scheme: str
    width: int
    height: int
    seconds: float
    age: Spread
    fps: float
    dropped: int


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement of one model in one interpreter.

    started: UTC, ISO 8601. board: the fingerprint that fe-board probe gives, JSON. versions: of
    packages, by name. engine: name of the interpreter; engine_detail: with version and how it works
    here. contest: the same for all that took turns with each other; their `turns_ms`, lower
    quartiles of the inferences in each turn, and `turns_end_to_end_ms` belong together in pairs.
    settings: how it was measured. cold_start_ms: from nothing to an open model. first_ms: the first
    inference. warm_up: frames until times were stable. throughput: frames a second, end to end.
    memory_mb: the most that the process had in memory. throttled: at any time, None where the board
    does not tell. energy_mj: of one frame. noisy: why the times are not to be trusted. operators:
    empty where they were not asked for or the interpreter does not tell; notes say so.
    """

    started: str
    board: Mapping[str, object]
    versions: Mapping[str, str]
    model: Model
    engine: str
    engine_detail: str
    threads: int
    contest: str
    settings: Mapping[str, object]
    cold_start_ms: float
    first_ms: float
    warm_up: int
    stages: Stages
    throughput: float
    memory_mb: float | None
    turns_ms: tuple[float, ...]
    series: Series
    operators: tuple[Operator, ...] = ()
    samples: tuple[Sample, ...] = ()
    throttled: bool | None = None
    energy_mj: float | None = None
    noisy: str | None = None
    sustained: Sustained | None = None
    camera: Camera | None = None
    notes: tuple[str, ...] = ()
    turns_end_to_end_ms: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.threads < 1:
            raise ValueError(f"threads are {self.threads}, wanted 1 or more")
