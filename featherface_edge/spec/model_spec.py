"""Records of the manifest: what a model file must be fed, and what its outputs mean."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from featherface_edge.files import require_sha256
from featherface_edge.spec.decoding import Decoding, Kind
from featherface_edge.spec.seal import require_seal_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from featherface_edge.spec.checks import Checks
    from featherface_edge.spec.usual import Usual

SCHEMA_VERSION = 1

Colour = Literal["rgb", "bgr"]
Letterbox = Literal["top-left"]
Precision = Literal["float32", "float16", "int8"]
Ends = Literal["", "int8", "uint8", "float32"]
Axis = Literal["batch", "height", "width"]
Verdict = Literal["passed", "failed"]
JsonValue: TypeAlias = (
    "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)

_CHANNELS = 3
_BYTE_MAX = 255


def _require(*, holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


def _require_member(name: str, value: str, allowed: Sequence[str]) -> None:
    _require(
        holds=value in allowed, message=f"{name} is {value!r}, wanted one of {', '.join(allowed)}"
    )


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a frame becomes the network's input: (pixel - mean) * scale, channels in `colour` order.

    width, height: of the canvas, pixels. mean: in `colour` order, 0 to 255. pad: RGB, 0 to 255, the
    canvas where the frame does not reach. letterbox: where the scaled frame lies on the canvas.
    """

    width: int
    height: int
    colour: Colour
    mean: tuple[float, float, float]
    scale: float
    pad: tuple[int, int, int]
    letterbox: Letterbox = "top-left"

    def __post_init__(self) -> None:
        size = f"{self.width}x{self.height}"
        _require(holds=min(self.width, self.height) > 0, message=f"size is {size}, wanted above 0")
        _require_member("colour", self.colour, get_args(Colour))
        _require_member("letterbox", self.letterbox, get_args(Letterbox))
        for name, values in (("mean", self.mean), ("pad", self.pad)):
            _require(
                holds=len(values) == _CHANNELS and min(values) >= 0 and max(values) <= _BYTE_MAX,
                message=f"{name} is {list(values)}, wanted 3 numbers from 0 to 255",
            )
        _require(holds=self.scale > 0, message=f"scale is {self.scale}, wanted above 0")


@dataclass(frozen=True, slots=True)
class AnchorLevel:
    """One grid of square anchors: distance of centres and lengths of sides, canvas pixels."""

    stride: int
    sizes: tuple[int, ...]

    def __post_init__(self) -> None:
        _require(holds=self.stride > 0, message=f"stride is {self.stride}, wanted above 0")
        _require(
            holds=bool(self.sizes) and min(self.sizes) > 0,
            message=f"sizes of stride {self.stride} are {list(self.sizes)}, wanted some above 0",
        )


@dataclass(frozen=True, slots=True)
class OutputMap:
    """One raw output of the network: its name, its level by stride, and what it holds."""

    name: str
    stride: int
    kind: Kind

    def __post_init__(self) -> None:
        _require(holds=bool(self.name), message="an output has an empty name, wanted a name")
        _require_member(f"kind of output {self.name!r}", self.kind, get_args(Kind))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Which candidates count.

    score, iou: 0 to 1. top_k, keep_k: how many at most before and after suppression; 0 = no cap.
    """

    score: float = 0.5
    iou: float = 0.4
    top_k: int = 0
    keep_k: int = 0

    def __post_init__(self) -> None:
        for name, share in (("score", self.score), ("iou", self.iou)):
            _require(holds=0 <= share <= 1, message=f"{name} is {share}, wanted 0 to 1")
        for name, count in (("top_k", self.top_k), ("keep_k", self.keep_k)):
            _require(holds=count >= 0, message=f"{name} is {count}, wanted 0 (no cap) or more")


@dataclass(frozen=True, slots=True)
class Calibration:
    """The images that set the INT8 scales, by a SHA-256 over their contents, and the method."""

    source: str
    images: int
    fingerprint: str
    method: str

    def __post_init__(self) -> None:
        _require(holds=self.images > 0, message=f"images is {self.images}, wanted above 0")
        require_sha256("fingerprint", self.fingerprint)


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What a model file is, must be fed and gives: the manifest inside every artifact.

    levels: finest stride first. variances: of centres and of sizes. outputs: one of each kind for
    each level, in the order that postprocess takes. training, toolchain: free texts by name. proof:
    free JSON with a "verdict", None before the proof was made. weights_sha256: of the float
    weights. architecture: the network of the registry that this one has the modules of, with widths
    of its own; "" where `network` itself is one of the registry. plan: how an INT8 file was
    quantized, empty where it tells nothing of it. decoding: None where the outputs mean what those
    of our own networks mean. checks: what an artifact gave where it was made. usual: what the
    pictures that calibrated it are like, None where nobody noted it. seal: of all bytes of
    an artifact; "" in a manifest that stands in no sealed one. io: number type of the ends, ""
    where it is the format's own. dynamic: axes of the input that may differ from the canvas.
    """

    network: str
    version: str
    precision: Precision
    preprocessing: Preprocessing
    levels: tuple[AnchorLevel, ...]
    outputs: tuple[OutputMap, ...]
    weights_sha256: str
    variances: tuple[float, float] = (0.1, 0.2)
    thresholds: Thresholds = field(default_factory=Thresholds)
    classes: tuple[str, ...] = ("face",)
    training: Mapping[str, str] = field(default_factory=dict[str, str])
    calibration: Calibration | None = None
    proof: Mapping[str, JsonValue] | None = None
    toolchain: Mapping[str, str] = field(default_factory=dict[str, str])
    architecture: str = ""
    plan: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    io: Ends = ""
    dynamic: tuple[Axis, ...] = ()
    decoding: Decoding | None = None
    checks: Checks | None = None
    usual: Usual | None = None
    seal: str = ""

    def __post_init__(self) -> None:
        _require_member("precision", self.precision, get_args(Precision))
        _require_member("io", self.io, get_args(Ends))
        for axis in self.dynamic:
            _require_member("an axis of dynamic", axis, get_args(Axis))
        _require(holds=bool(self.network), message="network is empty, wanted a name")
        _require(holds=bool(self.classes), message="classes is empty, wanted at least one name")
        _require(
            holds=min(self.variances) > 0, message=f"variances are {self.variances}, wanted above 0"
        )
        require_sha256("weights_sha256", self.weights_sha256)
        self._check_levels()
        self._check_outputs()
        if self.proof is not None:
            verdict = str(self.proof.get("verdict"))
            _require_member("the proof's verdict", verdict, get_args(Verdict))
        if self.checks is not None:
            self._check_tolerances(self.checks)
        if self.seal:
            require_seal_text(self.seal)

    @property
    def built_as(self) -> str:
        """The name in the registry of networks that this network is built by."""
        return self.architecture or self.network

    @property
    def coding(self) -> Decoding:
        """What the raw outputs mean, said in the manifest or not."""
        return self.decoding or Decoding()

    def _check_levels(self) -> None:
        strides = [level.stride for level in self.levels]
        _require(
            holds=bool(strides) and strides == sorted(set(strides)),
            message=f"levels have strides {strides}, wanted rising ones",
        )
        largest = strides[-1]
        width, height = self.preprocessing.width, self.preprocessing.height
        _require(
            holds=width % largest == 0 and height % largest == 0,
            message=f"size is {width}x{height}, wanted multiples of the largest stride, {largest}",
        )

    def _check_tolerances(self, checks: Checks) -> None:
        wanted = {output.name for output in self.outputs}
        _require(
            holds=set(checks.tolerances) == wanted,
            message=f"checks know the maps {', '.join(checks.tolerances)}, wanted all outputs",
        )

    def _check_outputs(self) -> None:
        names = Counter(output.name for output in self.outputs)
        twice = [name for name, count in names.items() if count > 1]
        _require(holds=not twice, message=f"outputs name {twice} twice, wanted each once")
        found = Counter((output.stride, output.kind) for output in self.outputs)
        wanted = Counter(
            (level.stride, kind) for level in self.levels for kind in self.coding.kinds
        )
        _require(
            holds=found == wanted,
            message=(
                f"outputs lack {sorted((wanted - found).elements())} and have too many "
                f"{sorted((found - wanted).elements())}, wanted one of each kind for each stride"
            ),
        )
