"""Records of the zoo's index: what is shipped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from featherface_edge.files import require_sha256
from featherface_edge.spec import Verdict
from featherface_runtime.zoo.checks import require, require_file_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from featherface_runtime.zoo.figures import Machine, Precision, Reference, Timing

SCHEMA_VERSION = 1

Format = Literal["tflite", "openvino", "onnx"]
SUFFIXES: Mapping[Format, str] = {"tflite": ".tflite", "openvino": ".xml", "onnx": ".onnx"}


@dataclass(frozen=True, slots=True)
class Network:
    """A network of the zoo; weights_sha256: of its float weights, as every manifest has it."""

    name: str
    parameters: int
    weights_sha256: str

    def __post_init__(self) -> None:
        require(holds=bool(self.name), message="a network has an empty name, wanted a name")
        require(
            holds=self.parameters > 0,
            message=f"{self.name} has {self.parameters} parameters, wanted some",
        )
        require_sha256(f"SHA-256 of the weights of {self.name}", self.weights_sha256)


@dataclass(frozen=True, slots=True)
class Archive:
    """A file of the package that holds the artifacts of one network at one size."""

    file: str
    bytes: int
    sha256: str

    def __post_init__(self) -> None:
        require_file_name(self.file)
        require(holds=self.bytes > 0, message=f"{self.file} has {self.bytes} bytes, wanted some")
        require_sha256(f"SHA-256 of {self.file}", self.sha256)


@dataclass(frozen=True, slots=True)
class Artifact:
    """An INT8 model file, and what was measured of it.

    width, height: of its canvas, pixels. archive: the file that it is packed in. model: the file in
    there that is opened; files: all of its files with their SHA-256; bytes: of all of them.
    precision: its own; float_precision: of its float network at this size. landmark_error: mean
    distance of a landmark from its label in face sizes (square root of the labelled box's area).
    """

    network: str
    format: Format
    width: int
    height: int
    archive: str
    model: str
    files: Mapping[str, str]
    bytes: int
    precision: Precision
    float_precision: Precision
    landmark_error: float
    timing: Timing
    proof: Verdict

    def __post_init__(self) -> None:
        name = f"{self.network} {self.size} {self.format}"
        require(
            holds=self.format in get_args(Format),
            message=f"{name} has no known format, wanted one of {', '.join(get_args(Format))}",
        )
        require(
            holds=min(self.width, self.height, self.bytes) > 0,
            message=f"{name} has {self.bytes} bytes, wanted sides and bytes above 0",
        )
        require(
            holds=self.model in self.files and self.model.endswith(SUFFIXES[self.format]),
            message=f"{name} opens {self.model!r}, wanted one of its files in {self.format}",
        )
        for file, sha256 in self.files.items():
            require_file_name(file)
            require_sha256(f"SHA-256 of {file}", sha256)
        require(
            holds=self.landmark_error >= 0,
            message=f"{name} has landmark error {self.landmark_error}, wanted 0 or more",
        )
        require(
            holds=self.proof in get_args(Verdict),
            message=f"the proof of {name} is {self.proof!r}, wanted passed or failed",
        )

    @property
    def size(self) -> str:
        """The canvas as a command line takes it: 320x256."""
        return f"{self.width}x{self.height}"

    @property
    def loss(self) -> float:
        """How much mean average precision the integers cost, 0 to 1; below 0 where they gain."""
        return self.float_precision.mean - self.precision.mean


@dataclass(frozen=True, slots=True)
class Default:
    """What a user gets who names nothing, and why."""

    network: str
    width: int
    height: int
    reason: str


@dataclass(frozen=True, slots=True)
class Index:
    """All that is shipped.

    version: of the release that made it. conditions: how it was measured, in words, by name.
    """

    version: str
    default: Default
    conditions: Mapping[str, str]
    machine: Machine
    reference: Reference
    networks: tuple[Network, ...]
    archives: tuple[Archive, ...]
    artifacts: tuple[Artifact, ...]

    def __post_init__(self) -> None:
        networks = {network.name for network in self.networks}
        archives = {archive.file for archive in self.archives}
        keys = Counter((each.network, each.size, each.format) for each in self.artifacts)
        twice = [" ".join(key) for key, count in keys.items() if count > 1]
        require(holds=not twice, message=f"{twice} stand there twice, wanted each once")
        for each in self.artifacts:
            require(
                holds=each.network in networks and each.archive in archives,
                message=f"{each.model} names a network or an archive that is not listed",
            )
        wanted = (self.default.network, self.default.width, self.default.height)
        require(
            holds=wanted in {(each.network, each.width, each.height) for each in self.artifacts},
            message=f"the default {wanted} is not among the artifacts",
        )

    def of(self, network: str) -> tuple[Artifact, ...]:
        """Give the artifacts of a network."""
        return tuple(each for each in self.artifacts if each.network == network)

    def network(self, name: str) -> Network:
        """Give the network of this name.

        Raises: KeyError when there is none.
        """
        return {network.name: network for network in self.networks}[name]

    def archive(self, artifact: Artifact) -> Archive:
        """Give the archive that the artifact is packed in."""
        return {archive.file: archive for archive in self.archives}[artifact.archive]
